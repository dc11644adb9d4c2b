package dev.dashstream.kafka;

import dev.dashstream.DashStreamException;
import org.apache.kafka.common.errors.SerializationException;

/** Makes of a refusal what Kafka's clients expect. */
final class Refused {
    private Refused() {}

    /** The message has code, offset and requirement (ERR-003), and nothing of the bytes (SEC-001). */
    static SerializationException of(String topic, DashStreamException why) {
        return new SerializationException("topic " + topic + ": " + why.getMessage(), why);
    }
}

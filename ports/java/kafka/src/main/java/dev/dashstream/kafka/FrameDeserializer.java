package dev.dashstream.kafka;

import dev.dashstream.DashStreamException;
import dev.dashstream.Frame;
import dev.dashstream.FrameReader;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Decodes frames, and throws where one is refused: a {@link SerializationException}, whose cause is the
 * {@link DashStreamException}. Its settings are those of {@link ReadSettings}.
 *
 * <p>A consumer's {@code poll} then throws a {@code RecordDeserializationException}, which has the partition, the offset and the
 * bytes, and throws it again with every further call until the caller seeks past that offset: one damaged message holds up
 * everything. Who wants to go on uses {@link OutcomeDeserializer}.
 *
 * <p>Kafka's consumer does not ask a deserializer about a value that is null, and gives null: the caller reports it (KAF-001).
 */
public final class FrameDeserializer implements Deserializer<Frame> {
    private FrameReader reader = new FrameReader();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        reader = ReadSettings.reader(ReadSettings.read(configs, isKey));
    }

    @Override
    public Frame deserialize(String topic, byte[] value) {
        try {
            return reader.decode(value);
        } catch (DashStreamException why) {
            throw Refused.of(topic, why);
        }
    }
}

package dev.dashstream.kafka;

import dev.dashstream.FrameReader;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Decodes frames, and throws nothing: what is refused is a {@link Outcome.Rejected}, with the error and the bytes, so that a
 * consumer can save it and go on. Its settings are those of {@link ReadSettings}.
 */
public final class OutcomeDeserializer implements Deserializer<Outcome> {
    private FrameReader reader = new FrameReader();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        reader = ReadSettings.reader(ReadSettings.read(configs, isKey));
    }

    @Override
    public Outcome deserialize(String topic, byte[] value) {
        return Outcome.of(reader, value);
    }
}

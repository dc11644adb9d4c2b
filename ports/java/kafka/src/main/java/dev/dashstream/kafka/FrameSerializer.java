package dev.dashstream.kafka;

import dev.dashstream.DashStreamException;
import dev.dashstream.FrameContent;
import dev.dashstream.FrameReader;
import dev.dashstream.FrameWriter;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Encodes frames: one message value is exactly one frame. Its settings are those of {@link WriteSettings}.
 *
 * <p>Content that no reader would accept throws a {@link SerializationException}, whose cause is the {@link DashStreamException};
 * so does null, for a tombstone is no frame (KAF-001).
 */
public final class FrameSerializer implements Serializer<FrameContent> {
    private FrameWriter writer;
    private boolean headers;

    /** A serializer with the defaults of the settings, until it is configured. */
    public FrameSerializer() {
        configure(Map.of(), false);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        AbstractConfig settings = WriteSettings.read(configs, isKey);
        writer = new FrameWriter(WriteSettings.options(settings));
        headers = settings.getBoolean(WriteSettings.HEADERS);
    }

    @Override
    public byte[] serialize(String topic, FrameContent content) {
        try {
            return content == null ? refuseNull() : writer.encode(content);
        } catch (DashStreamException why) {
            throw Refused.of(topic, why);
        }
    }

    @Override
    public byte[] serialize(String topic, Headers to, FrameContent content) {
        byte[] frame = serialize(topic, content);
        if (headers) {
            FrameHeaders.set(to, content);
        }
        return frame;
    }

    /** KAF-001: what a reader would say of it. */
    private static byte[] refuseNull() {
        new FrameReader().decode(null);
        throw new IllegalStateException("a reader has accepted a null value");
    }
}

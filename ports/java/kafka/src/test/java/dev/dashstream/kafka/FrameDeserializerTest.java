package dev.dashstream.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dashstream.DashStreamException;
import dev.dashstream.ErrorCode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class FrameDeserializerTest {
    private static <D extends Deserializer<?>> D configured(D deserializer, Map<String, ?> settings) {
        deserializer.configure(settings, false);
        return deserializer;
    }

    /** The same refusal from both, with the message that the one throws. */
    private static void assertRefused(ErrorCode code, String message, Map<String, ?> settings, byte[] value) {
        FrameDeserializer throwing = configured(new FrameDeserializer(), settings);
        SerializationException thrown = assertThrows(SerializationException.class, () -> throwing.deserialize("t", value));
        assertEquals("topic t: " + message, thrown.getMessage());
        DashStreamException cause = assertInstanceOf(DashStreamException.class, thrown.getCause());
        assertEquals(code, cause.code());

        Outcome outcome = configured(new OutcomeDeserializer(), settings).deserialize("t", value);
        Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, outcome);
        assertEquals(code, rejected.error().code());
        assertEquals(cause.offset(), rejected.error().offset());
        assertArrayEquals(value, rejected.bytes());
    }

    @Test
    void aFrameIsRead() {
        byte[] frame = Samples.frame();
        assertEquals(100, new FrameDeserializer().deserialize("t", frame).records().size());
        // As Kafka's consumer asks: part of a buffer.
        ByteBuffer part = ByteBuffer.allocate(frame.length + 9).put(5, frame).position(5).limit(5 + frame.length);
        assertEquals(100, new FrameDeserializer().deserialize("t", new RecordHeaders(), part).records().size());
        Outcome outcome = new OutcomeDeserializer().deserialize("t", frame);
        assertEquals(100, assertInstanceOf(Outcome.Accepted.class, outcome).frame().records().size());
        assertArrayEquals(frame, outcome.bytes());
    }

    @Test
    void whatIsNoFrameIsRefused() {
        assertRefused(ErrorCode.NULL_VALUE, "NULL_VALUE at 0 (KAF-001)", Map.of(), null);
        assertRefused(ErrorCode.EMPTY, "EMPTY at 0 (PRE-001)", Map.of(), new byte[0]);
        assertRefused(ErrorCode.BAD_MAGIC, "BAD_MAGIC at 0 (PRE-002)", Map.of(), "{}".getBytes());
        assertRefused(ErrorCode.BODY_CRC, "BODY_CRC at 12 (FRM-007)", Map.of(), Samples.damaged());
    }

    @Test
    void settingsAreObeyed() {
        byte[] frame = Samples.frame();
        assertRefused(ErrorCode.TENANT_MISMATCH, "TENANT_MISMATCH at 64 (META-014)", Map.of("dashstream.tenant", "zebra"), frame);
        assertRefused(ErrorCode.LOCAL_LIMIT, "LOCAL_LIMIT at 16 (FRM-001)",
                Map.of("dashstream.max.frame.bytes", frame.length - 1), frame);
        assertRefused(ErrorCode.LOCAL_LIMIT, "LOCAL_LIMIT at 20 (FRM-002)", Map.of("dashstream.max.raw.bytes", "10"), frame);
        assertRefused(ErrorCode.LOCAL_LIMIT, "LOCAL_LIMIT at 28 (FRM-003)", Map.of("dashstream.max.records", 99), frame);
        Map<String, ?> fitting = Map.of("dashstream.tenant", "acme", "dashstream.max.frame.bytes", frame.length,
                "dashstream.max.records", 100L, "group.id", "g", "dashstream.codec", "lz4");
        assertEquals(100, configured(new FrameDeserializer(), fitting).deserialize("t", frame).records().size());
    }

    @Test
    void wrongSettingsAreRefused() {
        Map<String, Object> wrong = new HashMap<>();
        wrong.put("dashstream.tenants", "acme");
        wrong.put("dashstream.tenant", "");
        wrong.put("dashstream.max.records", 0);
        wrong.put("dashstream.max.raw.bytes", "many");
        wrong.put("dashstream.refused", "ignore");
        wrong.forEach((key, value) -> {
            Map<String, ?> one = Map.of(key, value);
            assertThrows(ConfigException.class, () -> new FrameDeserializer().configure(one, false), key);
            assertThrows(ConfigException.class, () -> new OutcomeDeserializer().configure(one, false), key);
            assertThrows(ConfigException.class, () -> new JsonDeserializer().configure(one, false), key);
        });
        assertThrows(ConfigException.class, () -> new FrameDeserializer().configure(Map.of(), true));
    }

    @Test
    void aSerdePassesOnWhatCameByteForByte() {
        try (Serde<Outcome> serde = new OutcomeSerde()) {
            serde.configure(Map.of("dashstream.tenant", "zebra"), false);
            for (byte[] value : new byte[][] {Samples.frame(), Samples.damaged(), new byte[0], null}) {
                Outcome outcome = serde.deserializer().deserialize("t", value);
                assertInstanceOf(Outcome.Rejected.class, outcome);
                assertArrayEquals(value, serde.serializer().serialize("t", outcome));
            }
            assertNull(serde.serializer().serialize("t", null));
        }
    }
}

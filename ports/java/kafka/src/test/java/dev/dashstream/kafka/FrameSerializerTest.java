package dev.dashstream.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dashstream.DashStreamException;
import dev.dashstream.ErrorCode;
import dev.dashstream.FrameContent;
import dev.dashstream.FrameReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class FrameSerializerTest {
    private static final FrameContent CONTENT = Samples.content("acme", 3, 11, 100);

    private static int codec(Map<String, ?> settings) {
        byte[] frame = Samples.serializer(settings).serialize("t", CONTENT);
        return new FrameReader().decode(frame).prelude().codec();
    }

    @Test
    void theCodecIsTheOneThatWasAskedFor() {
        assertEquals(1, codec(Map.of()));
        assertEquals(0, codec(Map.of("dashstream.codec", "none")));
        assertEquals(1, codec(Map.of("dashstream.codec", "zstd", "dashstream.level", "22")));
        assertEquals(2, codec(Map.of("dashstream.codec", "lz4", "dashstream.level", 1)));
        assertEquals(0, codec(Map.of("dashstream.codec", "lz4", "dashstream.threshold", "100000")));
    }

    @Test
    void theLevelIsTheOneThatWasAskedFor() {
        FrameContent long1 = Samples.content("acme", 3, 11, 60_000);
        byte[] fast = Samples.serializer(Map.of("dashstream.level", 1)).serialize("t", long1);
        byte[] small = Samples.serializer(Map.of("dashstream.level", 19)).serialize("t", long1);
        assertTrue(small.length < fast.length, small.length + " and " + fast.length);
    }

    @Test
    void aLevelThatTheCodecDoesNotHaveIsRefusedBeforeTheFirstFrame() {
        assertThrows(ConfigException.class, () -> codec(Map.of("dashstream.level", 23)));
        assertThrows(ConfigException.class, () -> codec(Map.of("dashstream.level", 0)));
        assertThrows(ConfigException.class, () -> codec(Map.of("dashstream.codec", "lz4", "dashstream.level", 2)));
        assertThrows(ConfigException.class, () -> codec(Map.of("dashstream.codec", "none", "dashstream.level", 1)));
    }

    @Test
    void whatIsNoSettingIsRefused() {
        assertThrows(ConfigException.class, () -> codec(Map.of("dashstream.codec", "gzip")));
        assertThrows(ConfigException.class, () -> codec(Map.of("dashstream.compression", "zstd")));
        assertThrows(ConfigException.class, () -> new FrameSerializer().configure(Map.of(), true));
        // Those of Kafka, and those of the other direction, are none of its business.
        assertEquals(1, codec(Map.of("acks", "all", "dashstream.tenant", "acme")));
    }

    @Test
    void aFrameThatIsTooLongIsRefused() {
        FrameSerializer serializer = Samples.serializer(Map.of("dashstream.max.frame.bytes", 100));
        assertRefused(ErrorCode.LOCAL_LIMIT, "WRT-004", () -> serializer.serialize("t", CONTENT));
    }

    @Test
    void whatNoReaderAcceptsIsRefused() {
        FrameContent none = Samples.content("acme", 3, 11, 0);
        assertRefused(ErrorCode.COUNT, "PRE-017", () -> Samples.serializer(Map.of()).serialize("t", none));
    }

    @Test
    void nullIsNoFrame() {
        assertRefused(ErrorCode.NULL_VALUE, "KAF-001", () -> Samples.serializer(Map.of()).serialize("t", null));
        assertRefused(ErrorCode.NULL_VALUE, "KAF-001", () -> Samples.serializer(Map.of("dashstream.headers", true))
                .serialize("t", new RecordHeaders(), null));
    }

    private static void assertRefused(ErrorCode code, String requirement, Runnable send) {
        SerializationException thrown = assertThrows(SerializationException.class, send::run);
        assertEquals(code, assertInstanceOf(DashStreamException.class, thrown.getCause()).code());
        assertTrue(thrown.getMessage().startsWith("topic t: " + code), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("(" + requirement + ")"), thrown.getMessage());
    }

    @Test
    void headersAreThereForWhoAsks() {
        RecordHeaders headers = new RecordHeaders();
        Samples.serializer(Map.of()).serialize("t", headers, CONTENT);
        assertEquals(0, headers.toArray().length);

        FrameSerializer serializer = Samples.serializer(Map.of("dashstream.headers", "true"));
        serializer.serialize("t", headers, CONTENT);
        // Once more, as where a message is sent again.
        byte[] frame = serializer.serialize("t", headers, CONTENT);
        Map<String, String> found = new TreeMap<>();
        headers.forEach(header -> found.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertEquals(Map.of("ds-tenant", "acme", "ds-producer", "07".repeat(16), "ds-epoch", "1", "ds-lane", "3",
                "ds-base", "11", "ds-count", "100"), found);
        assertEquals(6, headers.toArray().length);
        assertArrayEquals(Samples.serializer(Map.of()).serialize("t", CONTENT), frame);
        assertEquals(11, new FrameReader().decode(frame).prelude().baseSequence());
    }
}

package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dashstream.json.ContentJson;
import dev.dashstream.json.FrameJson;
import dev.dashstream.json.JsonParser;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ExampleTest {
    @Test
    void theExampleOfTheSpecificationIsRead() {
        Frame frame = new FrameReader().decode(Samples.EXAMPLE);
        assertEquals("acme", frame.metadata().tenant());
        assertEquals(List.of(11L, 12L, 14L), frame.records().stream().map(Record::sequence).toList());
        Record token = frame.record(1);
        assertEquals(1_000_005, token.timeUs());
        assertEquals(11, token.parent());
        assertEquals("q1", token.payload().text("request"));
        assertArrayEquals("hello".getBytes(), token.payload().bytes("text"));
        assertNull(token.error());
        assertTrue(Lints.of(frame).isEmpty());
    }

    @Test
    void itIsWrittenByteForByte() {
        String json = FrameJson.of(new FrameReader().decode(Samples.EXAMPLE));
        byte[] bytes = new FrameWriter(WriterOptions.of(0)).encode(ContentJson.of(JsonParser.parse(json)));
        assertEquals(json, FrameJson.of(new FrameReader().decode(bytes)));
        assertEquals(Samples.EXAMPLE.length, bytes.length);
    }

    @Test
    void aFrameIsMadeReadAndCounted() {
        Message metadata = new Message(Schema.METADATA).set("tenant", "acme").set("boot_nonce", new byte[8]);
        Message payload = new Message(Schema.NODE_START).set("attempt", 1L);
        List<NewRecord> records = List.of(NewRecord.of(5, 1_000).thread("t1").node("plan").payload(payload));
        FrameContent content = new FrameContent(Samples.id(1, 16), 1, 1, 0, OptionalInt.empty(), metadata, records);

        byte[] bytes = new FrameWriter(WriterOptions.of(1)).encode(content);
        Frame frame = new FrameReader().decode(bytes);

        assertEquals(payload, frame.record(0).payload());
        assertEquals("plan", frame.record(0).node());
        assertEquals(List.of(), new Ledger().accepted(frame, OptionalLong.empty()));
    }
}

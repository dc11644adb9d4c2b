package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dashstream.json.ContentJson;
import dev.dashstream.json.FrameJson;
import dev.dashstream.json.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Properties: what is encoded is decoded to the same, whole or in pieces, and by way of the JSON form. */
class RoundTripTest {
    private static final int CASES = 600;

    @Test
    void whatIsEncodedIsDecodedToTheSame() {
        for (int seed = 0; seed < CASES; seed++) {
            FrameContent content = new RandomContent(seed).next();
            byte[] bytes = new FrameWriter(Samples.options(seed % 3)).encode(content);
            Frame frame = new FrameReader().decode(bytes);
            assertSame(content.records(), frame.records());
            assertEquals(content.metadata(), frame.metadata().message());
            assertTrue(Lints.of(frame).stream().allMatch(lint -> lint == Lint.UNUSED_STRING), "seed " + seed);
        }
    }

    private static void assertSame(List<NewRecord> written, List<Record> read) {
        assertEquals(written.size(), read.size());
        for (int i = 0; i < written.size(); i++) {
            NewRecord in = written.get(i);
            Record out = read.get(i);
            assertEquals(in.kind, out.kind());
            assertEquals(in.timeUs, out.timeUs());
            assertEquals(in.thread, out.thread());
            assertEquals(in.node, out.node());
            assertEquals(in.run, out.run());
            assertEquals(in.task, out.task());
            assertEquals(in.payload, out.payload());
        }
    }

    @Test
    void theJsonFormMakesTheSameFrame() {
        for (int seed = 0; seed < CASES; seed++) {
            FrameContent content = new RandomContent(seed).next();
            String json = FrameJson.of(decode(new FrameWriter(Samples.options(0)).encode(content)));
            FrameContent again = ContentJson.of(JsonParser.parse(json));
            assertEquals(json, FrameJson.of(decode(new FrameWriter(Samples.options(0)).encode(again))), "seed " + seed);
        }
    }

    private static Frame decode(byte[] bytes) {
        return new FrameReader().decode(bytes);
    }

    @Test
    void piecesSayWhatTheWholeSays() {
        for (int cut = 0; cut <= Samples.EXAMPLE.length; cut++) {
            FrameDecoder decoder = new FrameReader().decoder();
            decoder.push(Samples.EXAMPLE, 0, cut);
            decoder.push(Samples.EXAMPLE, cut, Samples.EXAMPLE.length - cut);
            assertEquals(3, decoder.finish().records().size());
        }
    }
}

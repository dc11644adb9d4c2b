package dev.dashstream.testee;

import dev.dashstream.DashStreamException;
import dev.dashstream.Frame;
import dev.dashstream.FrameDecoder;
import dev.dashstream.FrameReader;
import dev.dashstream.Limits;
import dev.dashstream.Lint;
import dev.dashstream.Lints;
import dev.dashstream.json.FrameJson;
import dev.dashstream.json.JsonText;
import java.io.IOException;

/** The answer to {@code decode}. */
final class DecodeAnswer {
    private DecodeAnswer() {}

    static void write(Question question, JsonText out) throws IOException {
        try {
            Frame frame = decode(question);
            out.key("ok").object().key("frame");
            FrameJson.write(frame, out);
            out.key("lints").array();
            for (Lint lint : Lints.of(frame)) {
                out.string(lint.name());
            }
            out.endArray().endObject();
        } catch (DashStreamException e) {
            out.key("error").object().key("code").string(e.code().name());
            out.key("offset").raw(e.offset()).key("released").raw(0);
            out.key("message").string(e.getMessage()).endObject();
        }
    }

    private static Frame decode(Question question) throws IOException {
        FrameReader reader = reader(question);
        byte[] frame = question.bytes("frame");
        if (!question.has("pieces")) {
            return reader.decode(frame);
        }
        FrameDecoder decoder = reader.decoder();
        int at = 0;
        for (int piece : question.pieces(frame.length)) {
            decoder.push(frame, at, piece);
            at += piece;
        }
        return decoder.finish();
    }

    private static FrameReader reader(Question question) {
        Question limits = question.nested("limits");
        return new FrameReader(
                new Limits(limits.number("max_frame_len"), limits.number("max_raw_len"), limits.number("max_records")),
                question.text("tenant"));
    }
}

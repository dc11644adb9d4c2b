package dev.dashstream.testee;

import dev.dashstream.DashStreamException;
import dev.dashstream.FileEvent;
import dev.dashstream.FrameFileReader;
import dev.dashstream.FrameReader;
import dev.dashstream.json.FileJson;
import dev.dashstream.json.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The answer to {@code file}. */
final class FileAnswer {
    private FileAnswer() {}

    static void write(Question question, JsonText out) throws IOException {
        List<FileEvent> events = new ArrayList<>();
        try {
            read(question, new FrameFileReader(new FrameReader(), events::add));
            out.key("ok");
            FileJson.write(events, out);
        } catch (DashStreamException e) {
            out.key("error").object().key("code").string(e.code().name()).key("offset").raw(e.offset()).endObject();
        }
    }

    private static void read(Question question, FrameFileReader reader) throws IOException {
        byte[] file = question.bytes("file");
        int at = 0;
        int[] pieces = question.has("pieces") ? question.pieces(file.length) : new int[] {file.length};
        for (int piece : pieces) {
            reader.push(file, at, piece);
            at += piece;
        }
        reader.finish();
    }
}

package dev.dashstream.testee;

import dev.dashstream.DashStreamException;
import dev.dashstream.FrameWriter;
import dev.dashstream.WriterOptions;
import dev.dashstream.json.ContentJson;
import dev.dashstream.json.JsonParser;
import dev.dashstream.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.OptionalLong;

/** The answer to {@code encode}. */
final class EncodeAnswer {
    private EncodeAnswer() {}

    static void write(Question question, JsonText out) throws IOException {
        Object content = content(question);
        Question given = question.nested("options");
        WriterOptions options = new WriterOptions(
                given.number("codec").getAsLong(), given.number("level"), given.number("threshold"), OptionalLong.empty());
        try {
            byte[] frame = new FrameWriter(options).encode(ContentJson.of(content));
            out.key("ok").object().key("frame").string(Base64.getEncoder().encodeToString(frame)).endObject();
        } catch (DashStreamException e) {
            out.key("error").object().key("code").string(e.code().name()).endObject();
        }
    }

    private static Object content(Question question) throws IOException {
        if (question.has("content_path")) {
            return JsonParser.parse(Files.readString(Path.of(question.text("content_path"))));
        }
        return question.keys().get("content");
    }
}

package dev.dashstream.json;

import dev.dashstream.FileEvent;
import java.util.List;

/** Writes the report of a file reader. */
public final class FileJson {
    private final JsonText out;

    private FileJson(JsonText out) {
        this.out = out;
    }

    /** Writes the report of what was found in a whole file. */
    public static void write(List<FileEvent> events, JsonText out) {
        FileJson report = new FileJson(out);
        out.object().key("accepted").array();
        each(events, FileEvent.Accepted.class).forEach(report::accepted);
        out.endArray().key("skipped").array();
        each(events, FileEvent.Skipped.class).forEach(report::skipped);
        out.endArray().key("rejected").array();
        each(events, FileEvent.Rejected.class).forEach(report::rejected);
        out.endArray().key("tail");
        List<FileEvent.TornTail> tail = each(events, FileEvent.TornTail.class);
        out.raw(tail.isEmpty() ? "null" : tail.get(0).at()).endObject();
    }

    private static <T extends FileEvent> List<T> each(List<FileEvent> events, Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void accepted(FileEvent.Accepted entry) {
        out.object().key("start").raw(entry.start()).key("end").raw(entry.end()).key("frame");
        FrameJson.write(entry.frame(), out);
        out.endObject();
    }

    private void skipped(FileEvent.Skipped range) {
        out.object().key("start").raw(range.start()).key("end").raw(range.end());
        out.key("code").string(range.code().name()).endObject();
    }

    private void rejected(FileEvent.Rejected frame) {
        out.object().key("start").raw(frame.start()).key("code").string(frame.error().code().name());
        out.key("offset").raw(frame.error().offset()).endObject();
    }
}

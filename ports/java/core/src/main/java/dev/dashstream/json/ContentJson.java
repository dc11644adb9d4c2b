package dev.dashstream.json;

import dev.dashstream.FrameContent;
import dev.dashstream.Message;
import dev.dashstream.NewRecord;
import dev.dashstream.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the JSON form as a writer takes it. What does not fit is refused with INPUT. */
public final class ContentJson {
    private static final Set<String> DERIVED = Set.of("version", "critical_flags", "body_len", "raw_len", "metadata_len",
            "codec", "schema", "record_count", "drop_count");
    private static final Set<String> HEADER = Set.of("producer_id", "base_sequence", "epoch", "lane", "ancillary_flags");
    private static final Set<String> RECORD = Set.of("sequence", "kind", "time_us", "thread", "node", "run", "task",
            "parent", "trace_id", "span_id", "payload", "opaque");

    private ContentJson() {}

    /** The content of a frame from what {@link JsonParser} made of the text. */
    public static FrameContent of(Object json) {
        Map<String, Object> root = JsonValues.object(json);
        JsonValues.onlyKeys(root, Set.of("header", "metadata", "records"));
        Map<String, Object> header = JsonValues.object(JsonValues.required(root, "header"));
        header.keySet().forEach(key -> {
            if (!HEADER.contains(key) && !DERIVED.contains(key)) {
                throw JsonValues.refuse("an unknown key in the header: " + key);
            }
        });
        return new FrameContent(
                JsonValues.id(JsonValues.required(header, "producer_id"), 16),
                JsonValues.unsigned(JsonValues.required(header, "base_sequence")),
                JsonValues.number(JsonValues.required(header, "epoch"), 0xffffffffL),
                header.containsKey("lane") ? JsonValues.number(header.get("lane"), 0xffffffffL) : 0,
                flags(header),
                metadata(root),
                records(JsonValues.array(JsonValues.required(root, "records"))));
    }

    private static OptionalInt flags(Map<String, Object> header) {
        boolean given = header.containsKey("ancillary_flags");
        return given ? OptionalInt.of((int) JsonValues.number(header.get("ancillary_flags"), 255)) : OptionalInt.empty();
    }

    private static Message metadata(Map<String, Object> root) {
        return MessageJson.read(Schema.METADATA, JsonValues.required(root, "metadata"));
    }

    private static List<NewRecord> records(List<Object> json) {
        List<NewRecord> records = new ArrayList<>();
        for (Object one : json) {
            records.add(record(JsonValues.object(one)));
        }
        return records;
    }

    private static NewRecord record(Map<String, Object> json) {
        JsonValues.onlyKeys(json, RECORD);
        long kind = JsonValues.number(JsonValues.required(json, "kind"), -1L);
        NewRecord record = NewRecord.of(kind, JsonValues.unsigned(JsonValues.required(json, "time_us")));
        json.forEach((key, value) -> take(record, kind, key, value));
        return record;
    }

    private static void take(NewRecord record, long kind, String key, Object value) {
        switch (key) {
            case "sequence" -> record.sequence(JsonValues.unsigned(value));
            case "parent" -> record.parent(JsonValues.unsigned(value));
            case "thread" -> record.thread(JsonValues.string(value));
            case "node" -> record.node(JsonValues.string(value));
            case "run" -> record.run(JsonValues.string(value));
            case "task" -> record.task(JsonValues.string(value));
            case "trace_id" -> record.traceId(JsonValues.id(value, 16));
            case "span_id" -> record.spanId(JsonValues.id(value, 8));
            case "payload" -> record.payload(MessageJson.ofKind(kind, value));
            case "opaque" -> record.opaque(JsonValues.hex(value));
            default -> { }
        }
    }
}

package dev.dashstream.json;

import dev.dashstream.Field;
import dev.dashstream.FieldType;
import dev.dashstream.Frame;
import dev.dashstream.Message;
import dev.dashstream.Prelude;
import dev.dashstream.Record;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Writes the JSON form of a frame. */
public final class FrameJson {
    private static final HexFormat HEX = HexFormat.of();

    private final JsonText out;

    private FrameJson(JsonText out) {
        this.out = out;
    }

    /** The JSON form of a frame. */
    public static String of(Frame frame) {
        JsonText out = new JsonText();
        write(frame, out);
        return out.toString();
    }

    /** Writes the JSON form of a frame as one value. */
    public static void write(Frame frame, JsonText out) {
        FrameJson form = new FrameJson(out);
        out.object();
        out.key("header");
        form.header(frame.prelude());
        out.key("metadata");
        form.message(frame.metadata().message());
        out.key("records").array();
        for (Record record : frame.records()) {
            form.record(record);
        }
        out.endArray().endObject();
    }

    /** Writes the JSON form of one record as one value. */
    public static void write(Record record, JsonText out) {
        new FrameJson(out).record(record);
    }

    private void header(Prelude prelude) {
        out.object();
        number("version", prelude.version());
        number("critical_flags", prelude.criticalFlags());
        number("ancillary_flags", prelude.ancillaryFlags());
        number("body_len", prelude.bodyLen());
        number("raw_len", prelude.rawLen());
        number("metadata_len", prelude.metadataLen());
        number("codec", prelude.codec());
        number("schema", prelude.schema());
        number("record_count", prelude.recordCount());
        number("drop_count", prelude.dropCount());
        hex("producer_id", prelude.producerId());
        digits("base_sequence", prelude.baseSequence());
        number("epoch", prelude.epoch());
        number("lane", prelude.lane());
        out.endObject();
    }

    private void number(String key, long value) {
        out.key(key).raw(value);
    }

    private void digits(String key, long value) {
        out.key(key).digits(value);
    }

    private void hex(String key, byte[] value) {
        out.key(key).string(HEX.formatHex(value));
    }

    private void string(String key, String value) {
        if (value != null) {
            out.key(key).string(value);
        }
    }

    private void record(Record record) {
        out.object();
        digits("sequence", record.sequence());
        number("kind", record.kind());
        digits("time_us", record.timeUs());
        string("thread", record.thread());
        string("node", record.node());
        string("run", record.run());
        string("task", record.task());
        references(record);
        content(record);
        out.endObject();
    }

    private void references(Record record) {
        if (record.parent() != 0) {
            digits("parent", record.parent());
        }
        if (record.traceId().length > 0) {
            hex("trace_id", record.traceId());
        }
        if (record.spanId().length > 0) {
            hex("span_id", record.spanId());
        }
    }

    private void content(Record record) {
        if (record.error() != null) {
            out.key("error").object();
            string("code", record.error().code().name());
            number("offset", record.error().offset());
            out.endObject();
            return;
        }
        Message payload = record.payload();
        if (payload == null) {
            hex("opaque", record.payloadBytes());
        } else {
            out.key("payload");
            message(payload);
        }
    }

    private void message(Message message) {
        out.object();
        for (Field field : message.type().fields()) {
            Object value = message.get(field.key());
            if (value != null) {
                field(field, value);
            }
        }
        out.endObject();
    }

    private void field(Field field, Object value) {
        if (field.key().equals("text") && field.type() == FieldType.BYTES) {
            text((byte[]) value);
            return;
        }
        out.key(field.key());
        if (!field.isRepeated()) {
            value(field, value);
            return;
        }
        out.array();
        for (Object one : (List<?>) value) {
            value(field, one);
        }
        out.endArray();
    }

    private void text(byte[] bytes) {
        try {
            string("text", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            hex("text_hex", bytes);
        }
    }

    private void value(Field field, Object value) {
        if (value == null) {
            out.raw("null");
        } else if (field.isRef()) {
            out.string((String) value);
        } else {
            switch (field.type()) {
                case UINT64, SINT64 -> out.digits((Long) value);
                case DOUBLE -> real((Double) value);
                case STRING -> out.string((String) value);
                case BYTES -> out.string(HEX.formatHex((byte[]) value));
                case MESSAGE -> message((Message) value);
                default -> out.raw(value);
            }
        }
    }

    private void real(double value) {
        if (Double.isFinite(value)) {
            out.raw(value);
        } else {
            out.string(Double.toString(value));
        }
    }
}

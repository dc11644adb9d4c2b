package dev.dashstream;

import java.util.Arrays;

/** Makes the body of a frame, in the tidy form. */
final class BodyWriter {
    private final FrameContent content;
    private final long lastSequence;
    private final byte[] metadataTrace;
    private final Buffer body = new Buffer();
    private final StringTable strings = new StringTable(body);
    private final MessageWriter messages = new MessageWriter(strings);
    private final IdTable traces = new IdTable(16);
    private final IdTable spans = new IdTable(8);
    private final Buffer payloads = new Buffer();
    /** By field number. */
    private final Buffer[] columns = new Buffer[16];
    private final boolean[] needed = new boolean[16];
    private long sequence;
    private long time;

    private BodyWriter(FrameContent content, long lastSequence) {
        this.content = content;
        this.lastSequence = lastSequence;
        this.metadataTrace = content.metadata().bytes("trace_id");
        this.sequence = content.baseSequence() - 1;
        this.time = content.metadata().number("base_time_us");
        for (int column : BodyLayout.COLUMNS) {
            columns[column] = new Buffer();
        }
    }

    static byte[] write(FrameContent content, long lastSequence) {
        BodyWriter writer = new BodyWriter(content, lastSequence);
        for (NewRecord record : content.records()) {
            writer.record(record);
            writer.checkLength(writer.payloads.length());
        }
        return writer.assemble();
    }

    private static DashStreamException refuse(ErrorCode code, String requirement, String why) {
        return DashStreamException.refuse(code, requirement, why);
    }

    private void put(int column, long value, long usual) {
        columns[column].varint(value);
        needed[column] |= value != usual;
    }

    private void record(NewRecord record) {
        put(BodyLayout.KIND, record.kind, 0);
        sequence(record);
        time(record);
        put(BodyLayout.THREAD, strings.ref(record.thread), 0);
        put(BodyLayout.NODE, strings.ref(record.node), 0);
        put(BodyLayout.PARENT_DELTA, parentDelta(record), 0);
        put(BodyLayout.RUN, strings.ref(record.run), 0);
        put(BodyLayout.TASK, strings.ref(record.task), 0);
        put(BodyLayout.TRACE, trace(record), 0);
        put(BodyLayout.SPAN, spans.ref(record.spanId), 0);
        int before = payloads.length();
        payload(record);
        put(BodyLayout.PAYLOAD_LEN, payloads.length() - before, 0);
    }

    private void sequence(NewRecord record) {
        long own = record.sequence == null ? sequence + 1 : record.sequence;
        // JSON-004
        if (Long.compareUnsigned(own, sequence) <= 0) {
            throw refuse(ErrorCode.INPUT, "JSON-004", "sequence numbers that do not ascend");
        }
        // BODY-011
        if (Long.compareUnsigned(own, lastSequence) > 0) {
            throw refuse(ErrorCode.SEQUENCE_DELTA, "BODY-011", "a sequence number past the range");
        }
        put(BodyLayout.SEQUENCE_DELTA, own - sequence, 1);
        sequence = own;
    }

    private void time(NewRecord record) {
        // BODY-012: a difference of larger times has no place in 64 bits
        if (Long.compareUnsigned(record.timeUs, Bytes.MAX_53) > 0) {
            throw refuse(ErrorCode.TIME_RANGE, "BODY-012", "a time above 2^53 - 1");
        }
        put(BodyLayout.TIME_DELTA, Varints.zigzag(record.timeUs - time), 0);
        time = record.timeUs;
    }

    private long parentDelta(NewRecord record) {
        if (record.parent == null) {
            return 0;
        }
        boolean before = Long.compareUnsigned(record.parent, sequence) < 0;
        if (!before || sequence - record.parent > 0xffffffffL) {
            throw refuse(ErrorCode.INPUT, "JSON-002", "a parent that is not before its record, or too far");
        }
        return sequence - record.parent;
    }

    private long trace(NewRecord record) {
        // JSON-003
        if (record.traceId == null && metadataTrace.length > 0) {
            throw refuse(ErrorCode.INPUT, "JSON-003", "a record without a trace, where the metadata has one");
        }
        return Arrays.equals(record.traceId, metadataTrace) ? 0 : traces.ref(record.traceId);
    }

    private void payload(NewRecord record) {
        MessageType type = Schema.ofKind(record.kind);
        if (type == null) {
            opaque(record);
        } else if (record.payload == null || record.opaque != null || record.payload.type() != type) {
            throw refuse(ErrorCode.INPUT, "JSON-002", "kind " + record.kind + " takes a payload of " + type.name());
        } else {
            messages.write(record.payload, payloads);
        }
    }

    /** An even kind, and 0, need none: the checks refuse them anyway. */
    private void opaque(NewRecord record) {
        if (record.payload != null || record.opaque == null && record.kind % 2 != 0) {
            throw refuse(ErrorCode.INPUT, "JSON-002", "a kind that is not in the registry takes opaque bytes");
        }
        if (record.opaque != null) {
            payloads.bytes(record.opaque);
        }
    }

    private void checkLength(int length) {
        // PRE-014
        if (length > Prelude.MAX_RAW_LEN) {
            throw refuse(ErrorCode.RAW_LEN, "PRE-014", "a body of more than 8,388,608 bytes");
        }
    }

    private byte[] assemble() {
        for (int field = BodyLayout.KIND; field <= BodyLayout.PAYLOADS; field++) {
            Buffer table = table(field);
            boolean written = table == null ? needed[field] || field == BodyLayout.KIND : table.length() > 0;
            if (written) {
                body.delimited(field, table == null ? columns[field] : table);
            }
        }
        checkLength(body.length());
        return body.toBytes();
    }

    private Buffer table(int field) {
        return switch (field) {
            case BodyLayout.TRACE_IDS -> traces.bytes();
            case BodyLayout.SPAN_IDS -> spans.bytes();
            case BodyLayout.PAYLOADS -> payloads;
            default -> null;
        };
    }
}

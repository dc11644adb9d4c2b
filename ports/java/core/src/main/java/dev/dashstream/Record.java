package dev.dashstream;

import java.util.Arrays;

/** A record of a frame. */
public final class Record {
    private final Frame frame;
    private final Columns columns;
    private final int index;

    Record(Frame frame, int index) {
        this.frame = frame;
        this.columns = frame.columns();
        this.index = index;
    }

    /** Sequence number. */
    public long sequence() {
        return columns.sequence[index];
    }

    /** Number of the kind. */
    public long kind() {
        return Integer.toUnsignedLong(columns.kind[index]);
    }

    /** Microseconds since 1970-01-01T00:00:00Z. */
    public long timeUs() {
        return columns.time[index];
    }

    /** Thread, or null. */
    public String thread() {
        return string(columns.thread);
    }

    /** Graph node, or null. */
    public String node() {
        return string(columns.node);
    }

    /** Run, or null. */
    public String run() {
        return string(columns.run);
    }

    /** Task, or null. */
    public String task() {
        return string(columns.task);
    }

    /** Sequence number of the parent in the same producer, epoch and lane; 0 where there is none. */
    public long parent() {
        long delta = columns.parentDelta == null ? 0 : Integer.toUnsignedLong(columns.parentDelta[index]);
        return delta == 0 ? 0 : sequence() - delta;
    }

    /** The record's own trace, or the metadata's; empty where there is none. */
    public byte[] traceId() {
        return frame.trace(columns.trace == null ? 0 : columns.trace[index]);
    }

    /** Span; empty where there is none. */
    public byte[] spanId() {
        return frame.span(columns.span == null ? 0 : columns.span[index]);
    }

    /** Why the record was rejected, or null. */
    public RecordError error() {
        return frame.error(index);
    }

    /** The payload, made anew by each call; null where the kind is not known, or the record was rejected. */
    public Message payload() {
        MessageType type = Schema.ofKind(kind());
        if (type == null || error() != null) {
            return null;
        }
        return new MessageReader(frame.body().raw, frame::string).read(type, from(), to());
    }

    /** The bytes of the payload, whatever the kind. */
    public byte[] payloadBytes() {
        return Arrays.copyOfRange(frame.body().raw, from(), to());
    }

    private int from() {
        return columns.payloadAt[index];
    }

    private int to() {
        return columns.payloadAt[index + 1];
    }

    private String string(int[] column) {
        return column == null ? null : frame.string(column[index]);
    }
}

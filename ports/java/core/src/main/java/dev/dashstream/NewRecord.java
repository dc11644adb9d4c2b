package dev.dashstream;

/** A record that is to be written. What is not set is absent; numbers of 64 bits count without sign. */
public final class NewRecord {
    final long kind;
    final long timeUs;
    Long sequence;
    Long parent;
    String thread;
    String node;
    String run;
    String task;
    byte[] traceId;
    byte[] spanId;
    Message payload;
    byte[] opaque;

    private NewRecord(long kind, long timeUs) {
        this.kind = kind;
        this.timeUs = timeUs;
    }

    /** A record of a kind, without a payload yet. */
    public static NewRecord of(long kind, long timeUs) {
        return new NewRecord(kind, timeUs);
    }

    /** The sequence number; without it, the one after the record before. */
    public NewRecord sequence(long value) {
        sequence = value;
        return this;
    }

    /** The sequence number of the parent. */
    public NewRecord parent(long value) {
        parent = value;
        return this;
    }

    /** The thread. */
    public NewRecord thread(String value) {
        thread = value;
        return this;
    }

    /** The graph node. */
    public NewRecord node(String value) {
        node = value;
        return this;
    }

    /** The run. */
    public NewRecord run(String value) {
        run = value;
        return this;
    }

    /** The task. */
    public NewRecord task(String value) {
        task = value;
        return this;
    }

    /** The trace, 16 bytes. */
    public NewRecord traceId(byte[] value) {
        traceId = value.clone();
        return this;
    }

    /** The span, 8 bytes. */
    public NewRecord spanId(byte[] value) {
        spanId = value.clone();
        return this;
    }

    /** The payload of a kind of the registry. */
    public NewRecord payload(Message value) {
        payload = value;
        return this;
    }

    /** The payload of a kind that is not in the registry. */
    public NewRecord opaque(byte[] value) {
        opaque = value.clone();
        return this;
    }
}

package dev.dashstream;

/** What a ledger is told: a frame, or the prelude of one that was rejected and can be counted. */
record Arrival(Prelude prelude, Frame frame) {
    private static final long EPOCH_START = 2;

    boolean isAccepted() {
        return frame != null;
    }

    long first() {
        return prelude.baseSequence();
    }

    long last() {
        return prelude.lastSequence();
    }

    Counted counted() {
        return new Counted(first(), last(), prelude.recordCount(), isAccepted(), prelude.bodyCrc(), originalCrc());
    }

    /** The body_crc that the redaction names, or -1 where there is none. */
    private long originalCrc() {
        Message redaction = isAccepted() ? frame.metadata().redaction() : null;
        return redaction == null ? -1 : redaction.number("original_body_crc");
    }

    /** The EPOCH_START that begins an epoch, or null. */
    Message epochStart() {
        if (!isAccepted() || first() != 1) {
            return null;
        }
        Record record = frame.record(0);
        return record.kind() == EPOCH_START && record.error() == null ? record.payload() : null;
    }
}

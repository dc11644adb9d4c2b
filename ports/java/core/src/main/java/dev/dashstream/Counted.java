package dev.dashstream;

/** A range that was counted. The original is the body_crc that its redaction names, -1 without one. */
record Counted(long first, long last, int records, boolean readable, long bodyCrc, long original) {
    boolean hasRangeOf(Counted other) {
        return first == other.first && last == other.last && records == other.records;
    }

    /** Step 5: whether a frame that arrives now is the one that was counted. */
    boolean isSameAs(Counted arrived) {
        return bodyCrc == arrived.bodyCrc
                || arrived.original == bodyCrc
                || original == arrived.bodyCrc
                || original >= 0 && original == arrived.original;
    }
}

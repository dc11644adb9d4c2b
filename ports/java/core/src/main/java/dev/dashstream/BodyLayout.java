package dev.dashstream;

import java.util.Arrays;

/** Where the fields of a body are that passed the wire scan. */
final class BodyLayout {
    static final int STRINGS = 1;
    static final int KIND = 2;
    static final int TIME_DELTA = 3;
    static final int SEQUENCE_DELTA = 4;
    static final int THREAD = 5;
    static final int NODE = 6;
    static final int PARENT_DELTA = 7;
    static final int RUN = 8;
    static final int TASK = 9;
    static final int TRACE = 10;
    static final int TRACE_IDS = 11;
    static final int SPAN = 12;
    static final int SPAN_IDS = 13;
    static final int PAYLOAD_LEN = 14;
    static final int PAYLOADS = 15;
    static final int[] COLUMNS = {KIND, TIME_DELTA, SEQUENCE_DELTA, THREAD, NODE, PARENT_DELTA, RUN, TASK, TRACE, SPAN, PAYLOAD_LEN};

    private static final int MAX_STRINGS = 16_384;
    private static final int MAX_STRING_LEN = 1_024;

    final byte[] raw;
    /** By field number; tagAt is -1 where the field is absent. */
    final int[] tagAt = new int[16];
    final int[] start = new int[16];
    final int[] end = new int[16];
    int strings;
    /** The tag of the 16,385th string, and of the first one of a wrong length; -1 where there is none. */
    int surplusString = -1;
    int badString = -1;

    BodyLayout(byte[] raw) {
        this.raw = raw;
        Arrays.fill(tagAt, -1);
        Fields at = new Fields(raw, 0, raw.length);
        while (at.next()) {
            if (at.number == STRINGS) {
                string(at);
            } else if (at.number < tagAt.length) {
                tagAt[at.number] = at.tagAt;
                start[at.number] = at.start;
                end[at.number] = at.end;
            }
        }
    }

    private void string(Fields at) {
        strings++;
        if (strings == MAX_STRINGS + 1) {
            surplusString = at.tagAt;
        }
        if (badString < 0 && (at.length() == 0 || at.length() > MAX_STRING_LEN)) {
            badString = at.tagAt;
        }
    }

    boolean has(int field) {
        return tagAt[field] >= 0;
    }

    int length(int field) {
        return end[field] - start[field];
    }

    Varints values(int field) {
        return new Varints(raw, start[field], end[field]);
    }

    /** Where the payloads begin: raw_len where there are none. */
    int payloadsAt() {
        return length(PAYLOADS) == 0 ? raw.length : start[PAYLOADS];
    }
}

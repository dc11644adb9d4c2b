package dev.dashstream;

import java.util.Arrays;
import java.util.BitSet;

/** The rules of single messages. Each method returns the requirement that is broken, or null. */
final class PayloadRules {
    private final byte[] b;
    private final long epoch;
    private final boolean redacted;
    /** By field number, of the message that {@link #load} read last: a varint, or the length of a text. */
    private final long[] value = new long[16];
    private final int[] start = new int[16];
    private final int[] end = new int[16];

    PayloadRules(byte[] b, long epoch, boolean redacted) {
        this.b = b;
        this.epoch = epoch;
        this.redacted = redacted;
    }

    String broken(MessageType type, int from, int to, long sequence) {
        Field attributes = type.field("attributes");
        // REC-010
        if (attributes != null && !areAttributes(from, to, attributes.number())) {
            return "REC-010";
        }
        if (!hasRules(type)) {
            return null;
        }
        load(from, to);
        return brokenBy(type, from, to, sequence);
    }

    private static boolean hasRules(MessageType type) {
        return type == Schema.GRAPH_START || type == Schema.METRICS || isState(type) || isRuledControl(type);
    }

    private static boolean isState(MessageType type) {
        return type == Schema.STATE_DIFF || type == Schema.STATE_SNAPSHOT || type == Schema.CHECKPOINT_MANIFEST
                || type == Schema.CHECKPOINT_CHUNK;
    }

    private static boolean isRuledControl(MessageType type) {
        return type == Schema.EPOCH_START || type == Schema.LATE_DROPS || type == Schema.LANE_END || type == Schema.REDACTED;
    }

    private String brokenBy(MessageType type, int from, int to, long sequence) {
        if (type == Schema.GRAPH_START) {
            return graphStart();
        }
        if (type == Schema.METRICS) {
            return metrics();
        }
        if (type == Schema.STATE_DIFF) {
            return stateDiff(from, to);
        }
        if (type == Schema.STATE_SNAPSHOT) {
            return stateSnapshot();
        }
        if (type == Schema.CHECKPOINT_MANIFEST) {
            return checkpointManifest();
        }
        // REC-018
        if (type == Schema.CHECKPOINT_CHUNK) {
            return value[1] == 0 ? "REC-018" : null;
        }
        if (type == Schema.EPOCH_START) {
            return epochStart(sequence);
        }
        if (type == Schema.LATE_DROPS) {
            return lateDrops(sequence);
        }
        if (type == Schema.LANE_END) {
            return laneEnd();
        }
        // REC-023
        return redacted ? null : "REC-023";
    }

    private void load(int from, int to) {
        Arrays.fill(value, 0);
        Arrays.fill(start, -1);
        Arrays.fill(end, -1);
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            if (at.number < value.length) {
                value[at.number] = at.value;
                start[at.number] = at.start;
                end[at.number] = at.end;
            }
        }
    }

    private boolean areAttributes(int from, int to, int field) {
        BitSet keys = null;
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            if (at.number == field) {
                int key = keyOf(at.start, at.end);
                keys = keys == null ? new BitSet() : keys;
                if (key == 0 || keys.get(key)) {
                    return false;
                }
                keys.set(key);
            }
        }
        return true;
    }

    private int keyOf(int from, int to) {
        int key = 0;
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            key = at.number == 1 ? (int) at.value : key;
        }
        return key;
    }

    private String graphStart() {
        if (start[2] < 0) {
            return null;
        }
        load(start[2], end[2]);
        boolean producer = start[1] >= 0 && end[1] - start[1] == 16 && !Bytes.allZero(b, start[1], end[1]);
        boolean place = value[2] >= 1 && value[2] <= Integer.MAX_VALUE && value[3] <= Integer.MAX_VALUE;
        // REC-011
        return producer && place && value[4] != 0 ? null : "REC-011";
    }

    private String metrics() {
        // REC-012
        if (count(1) != count(2) || count(3) != (end[4] - start[4]) / 8) {
            return "REC-012";
        }
        // REC-013
        return hasZero(1) || hasZero(3) ? "REC-013" : null;
    }

    private int count(int field) {
        return Varints.count(b, start[field], end[field]);
    }

    private boolean hasZero(int field) {
        Varints values = new Varints(b, start[field], end[field]);
        while (values.hasNext()) {
            if (values.next() == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean isHash(int field) {
        return value[field] == 0 || value[field] == 32;
    }

    private String stateDiff(int from, int to) {
        // REC-014
        if (!isHash(1) || !isHash(2)) {
            return "REC-014";
        }
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            // REC-015
            if (at.number == 3 && !isOp(at.start, at.end)) {
                return "REC-015";
            }
        }
        return null;
    }

    private boolean isOp(int from, int to) {
        long op = 0;
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            op = at.number == 1 ? at.value : op;
        }
        return op >= 1 && op <= 6;
    }

    private String stateSnapshot() {
        // REC-014
        if (!isHash(1)) {
            return "REC-014";
        }
        // REC-016
        return value[3] < Math.max(1, value[4]) ? null : "REC-016";
    }

    private String checkpointManifest() {
        boolean numbers = value[1] != 0 && value[3] != 0 && value[2] < value[1];
        // REC-017
        return numbers && value[5] == 32 ? null : "REC-017";
    }

    private String epochStart(long sequence) {
        // REC-019
        if (sequence != 1) {
            return "REC-019";
        }
        // REC-020
        return value[1] < epoch && (value[1] == 0) == (value[2] == 0) ? null : "REC-020";
    }

    private String lateDrops(long sequence) {
        boolean present = value[1] != 0 && value[2] != 0 && value[3] != 0;
        // REC-021
        return present && value[1] + value[2] <= sequence ? null : "REC-021";
    }

    private String laneEnd() {
        boolean known = value[2] != 0 || value[1] == 0;
        // REC-022
        return value[1] <= Integer.MAX_VALUE && known ? null : "REC-022";
    }
}

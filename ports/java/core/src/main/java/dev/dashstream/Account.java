package dev.dashstream;

import java.util.Map;
import java.util.TreeMap;

/** The account of one epoch of a lane. */
public final class Account {
    /** What is known of the end of an epoch. */
    public enum Tail {
        /** Nothing. */
        OPEN,
        /** EPOCH_END or LANE_END was seen. */
        ENDED,
        /** A later EPOCH_START told the last number. */
        CLOSED
    }

    private final long epoch;
    private final TreeMap<Long, Counted> counted = new TreeMap<>();
    /** First number of a missing range, and its last. */
    private final TreeMap<Long, Long> missing = new TreeMap<>();
    private final long first;
    private long last;
    private long seen;
    private long declared;
    private long unreadable;
    private long lost;
    private Tail tail = Tail.OPEN;
    /** No range that was forgotten ends at this number or behind it. */
    private long countedFrom;
    /** Below this number it is not known what is missing. */
    private long missingFrom;

    Account(long epoch, long first) {
        this.epoch = epoch;
        this.first = first;
        this.last = first - 1;
    }

    /** The epoch. */
    public long epoch() {
        return epoch;
    }

    /** First number of the account. */
    public long first() {
        return first;
    }

    /** Last number of the account. */
    public long last() {
        return last;
    }

    /** Records of accepted frames. */
    public long seen() {
        return seen;
    }

    /** Numbers that were declared dropped. */
    public long declared() {
        return declared;
    }

    /** Records of frames that were rejected and can be counted. */
    public long unreadable() {
        return unreadable;
    }

    /** Numbers that nothing covers and nothing declared. */
    public long lost() {
        return lost;
    }

    /** What is known of the end. */
    public Tail tail() {
        return tail;
    }

    void tail(Tail now) {
        tail = now;
    }

    Counted countedAt(long start) {
        return counted.get(start);
    }

    /** The numbers last + 1..to become missing; returns how many. */
    long extendMissing(long to) {
        long count = to - last;
        Map.Entry<Long, Long> before = missing.lastEntry();
        // Ranges that touch are one.
        long start = before != null && before.getValue() == last ? before.getKey() : last + 1;
        missing.put(start, to);
        lost += count;
        last = to;
        return count;
    }

    void extendTo(long to) {
        last = to;
    }

    /** Takes a range out of the one missing range in which it lies; false where there is none. */
    boolean fill(long from, long to) {
        Map.Entry<Long, Long> hole = missing.floorEntry(from);
        if (hole == null || hole.getValue() < to) {
            return false;
        }
        take(hole.getKey(), hole.getValue(), from, to);
        return true;
    }

    private void take(long holeFirst, long holeLast, long from, long to) {
        missing.remove(holeFirst);
        if (holeFirst < from) {
            missing.put(holeFirst, from - 1);
        }
        if (to < holeLast) {
            missing.put(to + 1, holeLast);
        }
        lost -= to - from + 1;
    }

    /** Forgets the oldest ranges above a number; {@code lost} keeps what it was. */
    void forget(int ranges) {
        while (counted.size() > ranges) {
            Counted oldest = counted.pollFirstEntry().getValue();
            countedFrom = Math.max(countedFrom, oldest.last() + 1);
            // The frame of a range that could not be read may still come intact.
            missingFrom = oldest.readable() ? missingFrom : Math.max(missingFrom, oldest.last() + 1);
        }
        while (missing.size() > ranges) {
            missingFrom = Math.max(missingFrom, missing.pollFirstEntry().getValue() + 1);
        }
    }

    /** Whether it is not known if a range that begins there was missing. */
    boolean hasForgotten(long start) {
        return start < missingFrom;
    }

    /** Whether all of a range was counted, and what was counted is forgotten. */
    boolean wasCounted(long from, long to) {
        Map.Entry<Long, Long> hole = missing.floorEntry(to);
        // What lies in front of the account was never counted
        return from >= first && to < countedFrom && (hole == null || hole.getValue() < from);
    }

    void count(Counted range, int drops) {
        counted.put(range.first(), range);
        declared += drops;
        if (range.readable()) {
            seen += range.records();
        } else {
            unreadable += range.records();
        }
    }

    /** A range that could not be read has arrived intact. */
    void readAtLast(Counted range) {
        counted.put(range.first(), range);
        unreadable -= range.records();
        seen += range.records();
    }

    /** Every missing number of from..to becomes declared. */
    void declare(long from, long to) {
        Long at = missing.floorKey(from);
        if (at == null || missing.get(at) < from) {
            at = missing.higherKey(from);
        }
        while (at != null && at <= to) {
            long holeLast = missing.get(at);
            long start = Math.max(at, from);
            long end = Math.min(holeLast, to);
            take(at, holeLast, start, end);
            declared += end - start + 1;
            at = missing.higherKey(end);
        }
    }
}

package dev.dashstream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Keeps the account of every lane that a reader sees. Without bounds it forgets nothing. It is for one thread. */
public final class Ledger {
    private record LaneKey(String producerId, long lane) implements Comparable<LaneKey> {
        @Override
        public int compareTo(LaneKey other) {
            int order = producerId.compareTo(other.producerId);
            return order == 0 ? Long.compare(lane, other.lane) : order;
        }
    }

    private final TreeMap<LaneKey, Lane> lanes = new TreeMap<>();
    /** By producer and epoch. */
    private final Map<String, TreeMap<Long, byte[]>> nonces = new HashMap<>();
    private final LedgerBounds bounds;

    /** A ledger that forgets nothing: it grows with what it sees. */
    public Ledger() {
        this(LedgerBounds.NONE);
    }

    /** A ledger with bounds. */
    public Ledger(LedgerBounds bounds) {
        this.bounds = bounds;
    }

    /** A frame was accepted. */
    public List<Verdict> accepted(Frame frame, OptionalLong partition) {
        Long where = partition.isPresent() ? partition.getAsLong() : null;
        return arrive(new Arrival(frame.prelude(), frame), where);
    }

    /** Bytes were rejected as a frame. What cannot be counted, or belongs to another tenant, changes nothing. */
    public List<Verdict> rejected(byte[] input, DashStreamException error) {
        // LOSS-016
        if (input == null || error.code() == ErrorCode.TENANT_MISMATCH || !hasPrelude(input)) {
            return List.of();
        }
        return rejected(Prelude.of(Arrays.copyOf(input, Prelude.LENGTH)), error);
    }

    /** A frame was rejected of which the prelude is in order. */
    public List<Verdict> rejected(Prelude prelude, DashStreamException error) {
        if (error.code() == ErrorCode.TENANT_MISMATCH || !prelude.isCountable()) {
            return List.of();
        }
        return arrive(new Arrival(prelude, null), null);
    }

    private static boolean hasPrelude(byte[] input) {
        return input.length >= Prelude.LENGTH && Prelude.isInOrder(input, 0);
    }

    /** The lanes, by producer and number. */
    public Collection<Lane> lanes() {
        return Collections.unmodifiableCollection(lanes.values());
    }

    /** What is said of a lane at the end of the input. */
    public static List<Verdict> atEnd(Lane lane) {
        boolean open = lane.current().tail() == Account.Tail.OPEN;
        return open ? List.of(Verdict.of(Verdict.Name.TAIL_UNKNOWN, lane.currentEpoch())) : List.of();
    }

    private List<Verdict> arrive(Arrival arrival, Long partition) {
        List<Verdict> verdicts = new ArrayList<>();
        String producer = Bytes.hex(arrival.prelude().producerId());
        // Step 1, LOSS-002
        if (isForkByNonce(producer, arrival)) {
            verdicts.add(Verdict.of(Verdict.Name.FORK));
            return verdicts;
        }
        // LOSS-020
        LaneKey key = new LaneKey(producer, arrival.prelude().lane());
        Lane lane = lanes.get(key);
        if (lane == null) {
            lane = firstSight(key, arrival, verdicts);
        }
        new LedgerSteps(lane, arrival, partition, verdicts).run();
        if (bounds != LedgerBounds.NONE) {
            lane.forget(bounds.epochs());
            lane.accounts().forEach(account -> account.forget(bounds.ranges()));
        }
        return verdicts;
    }

    private boolean isForkByNonce(String producer, Arrival arrival) {
        if (!arrival.isAccepted()) {
            return false;
        }
        byte[] nonce = arrival.frame().metadata().bootNonce();
        TreeMap<Long, byte[]> epochs = nonces.computeIfAbsent(producer, key -> new TreeMap<>());
        byte[] known = epochs.putIfAbsent(arrival.prelude().epoch(), nonce);
        if (epochs.size() > bounds.nonces()) {
            epochs.pollFirstEntry();
        }
        return known != null && !Arrays.equals(known, nonce);
    }

    /** Step 3, LOSS-004. */
    private Lane firstSight(LaneKey key, Arrival arrival, List<Verdict> verdicts) {
        Lane lane = new Lane(key.producerId(), key.lane());
        lanes.put(key, lane);
        long epoch = arrival.prelude().epoch();
        lane.open(epoch, arrival.first());
        lane.currentEpoch(epoch);
        if (arrival.first() > 1) {
            verdicts.add(Verdict.of(Verdict.Name.BASELINE, arrival.first()));
        }
        return lane;
    }
}

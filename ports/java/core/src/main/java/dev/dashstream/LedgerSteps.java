package dev.dashstream;

import java.util.List;

/** The steps 2 to 11 for one frame in a lane that is known by now. Each method that returns false has said stop. */
final class LedgerSteps {
    private static final int EPOCH_END = 4;
    private static final int LANE_END = 8;
    private static final int LATE_DROPS = 10;

    private final Lane lane;
    private final Arrival arrival;
    private final Long partition;
    private final List<Verdict> verdicts;
    private final long epoch;
    private final long a;
    private final long z;
    private Account account;

    LedgerSteps(Lane lane, Arrival arrival, Long partition, List<Verdict> verdicts) {
        this.lane = lane;
        this.arrival = arrival;
        this.partition = partition;
        this.verdicts = verdicts;
        this.epoch = arrival.prelude().epoch();
        this.a = arrival.first();
        this.z = arrival.last();
    }

    void run() {
        if (place()) {
            lane();
            control();
        }
    }

    private boolean stop(Verdict.Name name) {
        verdicts.add(Verdict.of(name));
        return false;
    }

    private void say(Verdict.Name name, long arg) {
        verdicts.add(Verdict.of(name, arg));
    }

    /** Steps 2 to 9. */
    private boolean place() {
        account = lane.account(epoch);
        if (epoch > lane.currentEpoch()) {
            return newEpoch() && forward();
        }
        // Step 2, LOSS-003
        if (account == null) {
            // LOSS-021
            return stop(lane.hasForgotten(epoch) ? Verdict.Name.FORGOTTEN : Verdict.Name.STALE_EPOCH);
        }
        // Step 5
        Counted known = account.countedAt(a);
        if (known != null && known.hasRangeOf(arrival.counted())) {
            return again(known);
        }
        // Step 6
        if (z < account.first()) {
            return stop(Verdict.Name.STALE_EPOCH);
        }
        return a <= account.last() ? inside() : forward();
    }

    /** Step 4. */
    private boolean newEpoch() {
        // LOSS-019
        if (lane.isEnded()) {
            return stop(Verdict.Name.AFTER_END);
        }
        Message start = arrival.epochStart();
        if (start == null) {
            unannounced();
        } else if (!announced(start)) {
            return false;
        }
        account = lane.open(epoch, 1);
        lane.currentEpoch(epoch);
        return true;
    }

    private void unannounced() {
        tailUnknown();
        long skipped = epoch - lane.currentEpoch() - 1;
        // LOSS-007
        if (skipped > 0) {
            say(Verdict.Name.EPOCH_MISSING, skipped);
        }
    }

    /** LOSS-008. */
    private void tailUnknown() {
        if (lane.current().tail() == Account.Tail.OPEN) {
            say(Verdict.Name.TAIL_UNKNOWN, lane.currentEpoch());
        }
    }

    private boolean announced(Message start) {
        long previous = start.number("previous_epoch");
        long previousLast = start.number("previous_last_sequence");
        // LOSS-005: the producer does not know of the current epoch
        if (previous < lane.currentEpoch()) {
            return stop(Verdict.Name.FORK);
        }
        if (previous == lane.currentEpoch()) {
            return closes(lane.current(), previousLast);
        }
        tailUnknown();
        // LOSS-007
        say(Verdict.Name.EPOCH_MISSING, previous - lane.currentEpoch());
        Account never = lane.open(previous, 1);
        never.extendMissing(previousLast);
        never.tail(Account.Tail.CLOSED);
        return true;
    }

    private boolean closes(Account current, long previousLast) {
        boolean ended = current.tail() == Account.Tail.ENDED;
        // LOSS-005
        if (previousLast < current.last() || previousLast > current.last() && ended) {
            return stop(Verdict.Name.FORK);
        }
        // LOSS-006
        if (previousLast > current.last()) {
            say(Verdict.Name.GAP, current.extendMissing(previousLast));
        }
        if (!ended) {
            current.tail(Account.Tail.CLOSED);
        }
        return true;
    }

    /** Step 5: the range was counted before. */
    private boolean again(Counted known) {
        Counted arrived = arrival.counted();
        // LOSS-010
        if (!known.isSameAs(arrived)) {
            return stop(Verdict.Name.FORK);
        }
        // LOSS-009
        if (known.readable() || !arrived.readable()) {
            return stop(Verdict.Name.DUPLICATE);
        }
        // LOSS-011
        say(Verdict.Name.LATE, arrived.records());
        account.readAtLast(arrived);
        return true;
    }

    /** Step 7. */
    private boolean inside() {
        // LOSS-021
        if (account.hasForgotten(a)) {
            return stop(Verdict.Name.FORGOTTEN);
        }
        // LOSS-012
        if (!account.fill(a, z)) {
            return stop(account.wasCounted(a, z) ? Verdict.Name.DUPLICATE : Verdict.Name.OVERLAP);
        }
        // LOSS-013
        say(Verdict.Name.LATE, arrival.prelude().recordCount());
        return count();
    }

    /** Step 8. */
    private boolean forward() {
        if (epoch < lane.currentEpoch()) {
            return stop(Verdict.Name.STALE_EPOCH);
        }
        // LOSS-019
        if (account.tail() == Account.Tail.ENDED || lane.isEnded()) {
            return stop(Verdict.Name.AFTER_END);
        }
        // LOSS-014
        if (a > account.last() + 1) {
            say(Verdict.Name.GAP, account.extendMissing(a - 1));
        }
        account.extendTo(z);
        return count();
    }

    /** Step 9, LOSS-015. */
    private boolean count() {
        account.count(arrival.counted(), arrival.prelude().dropCount());
        return true;
    }

    /** Step 10, LOSS-017. */
    private void lane() {
        if (arrival.isAccepted() && lane.movesTo(arrival.frame().metadata().tenant(), partition)) {
            verdicts.add(Verdict.of(Verdict.Name.LANE_MOVED));
        }
    }

    /** Step 11. */
    private void control() {
        if (!arrival.isAccepted()) {
            return;
        }
        Columns columns = arrival.frame().columns();
        for (int i = 0; i < columns.kind.length; i++) {
            int kind = columns.kind[i];
            boolean matters = kind == LATE_DROPS || kind == EPOCH_END || kind == LANE_END;
            if (matters && arrival.frame().error(i) == null) {
                control(kind, arrival.frame().record(i));
            }
        }
    }

    private void control(int kind, Record record) {
        if (kind == LATE_DROPS) {
            Message drops = record.payload();
            long first = drops.number("first");
            // LOSS-018
            account.declare(first, first + drops.number("count") - 1);
        } else if (z == account.last()) {
            account.tail(Account.Tail.ENDED);
            if (kind == LANE_END && epoch == lane.currentEpoch()) {
                lane.end();
            }
        }
    }
}

package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    private List<Verdict> accept(long base, int count) {
        return tell(ledger, base, count);
    }

    private Account account() {
        Account account = ledger.lanes().iterator().next().accounts().iterator().next();
        long counted = account.seen() + account.declared() + account.unreadable() + account.lost();
        assertEquals(account.last() - account.first() + 1, counted, "LOSS-001");
        return account;
    }

    @Test
    void aGapIsCountedAndFilled() {
        assertEquals(List.of(), accept(1, 2));
        assertEquals(List.of(Verdict.of(Verdict.Name.GAP, 3)), accept(6, 1));
        assertEquals(3, account().lost());
        assertEquals(List.of(Verdict.of(Verdict.Name.LATE, 2)), accept(4, 2));
        assertEquals(1, account().lost());
        assertEquals(List.of(Verdict.of(Verdict.Name.OVERLAP)), accept(3, 2));
        assertEquals(List.of(Verdict.of(Verdict.Name.DUPLICATE)), accept(4, 2));
    }

    @Test
    void whatWasUnreadableIsSeenAtLast() {
        byte[] damaged = Samples.heartbeats(1, 4);
        damaged[damaged.length - 1] ^= 1;
        assertEquals(List.of(), ledger.rejected(damaged, Samples.refused(damaged)));
        assertEquals(4, account().unreadable());
        assertEquals(List.of(Verdict.of(Verdict.Name.LATE, 4)), accept(1, 4));
        assertEquals(4, account().seen());
        assertEquals(0, account().unreadable());
    }

    @Test
    void aLaneBeginsWhereItIsFirstSeen() {
        assertEquals(List.of(Verdict.of(Verdict.Name.BASELINE, 10)), accept(10, 1));
        assertEquals(List.of(Verdict.of(Verdict.Name.STALE_EPOCH)), accept(1, 2));
        assertEquals(10, account().first());
        Lane lane = ledger.lanes().iterator().next();
        assertEquals(List.of(Verdict.of(Verdict.Name.TAIL_UNKNOWN, 1)), Ledger.atEnd(lane));
    }

    @Test
    void whatCannotBeCountedChangesNothing() {
        byte[] damaged = Samples.heartbeats(1, 4);
        damaged[40] ^= 1;
        assertEquals(List.of(), ledger.rejected(damaged, Samples.refused(damaged)));
        assertEquals(0, ledger.lanes().size());
    }

    @Test
    void everyNumberIsInOnePlace() {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            byte[] frame = Samples.heartbeats(5 + random.nextInt(3_000), 1 + random.nextInt(6));
            if (random.nextInt(4) == 0) {
                frame[frame.length - 1] ^= 1;
                ledger.rejected(frame, Samples.refused(frame));
            } else {
                ledger.accepted(new FrameReader().decode(frame), OptionalLong.empty());
            }
            account();
        }
    }

    @Test
    void aLedgerWithBoundsSaysWhatItHasForgotten() {
        Ledger bounded = new Ledger(new LedgerBounds(2, 1, 1));
        for (long base : new long[] {1, 2, 3, 5, 7, 9}) {
            tell(bounded, base, 1);
        }
        assertEquals(List.of(Verdict.of(Verdict.Name.FORGOTTEN)), tell(bounded, 2, 1));
        assertEquals(List.of(Verdict.of(Verdict.Name.LATE, 1)), tell(bounded, 8, 1));
        assertEquals(List.of(Verdict.of(Verdict.Name.DUPLICATE)), tell(bounded, 5, 1));
        Account account = bounded.lanes().iterator().next().accounts().iterator().next();
        assertEquals(2, account.lost());
        assertEquals(7, account.seen());
    }

    @Test
    void whatWasForgottenIsADuplicate() {
        Ledger bounded = new Ledger(new LedgerBounds(1, 1, 1));
        tell(bounded, 5, 2);
        tell(bounded, 9, 2);
        tell(bounded, 11, 2);
        assertEquals(List.of(Verdict.of(Verdict.Name.LATE, 2)), tell(bounded, 7, 2));
        assertEquals(List.of(Verdict.of(Verdict.Name.DUPLICATE)), tell(bounded, 9, 2));
        // In front of the account nothing was counted
        assertEquals(List.of(Verdict.of(Verdict.Name.OVERLAP)), tell(bounded, 4, 3));
    }

    private static List<Verdict> tell(Ledger ledger, long base, int count) {
        return ledger.accepted(new FrameReader().decode(Samples.heartbeats(base, count)), OptionalLong.empty());
    }
}

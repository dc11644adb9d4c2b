package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    private List<Verdict> accept(long base, int count) {
        return ledger.accepted(new FrameReader().decode(Samples.heartbeats(base, count)), OptionalLong.empty());
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
}

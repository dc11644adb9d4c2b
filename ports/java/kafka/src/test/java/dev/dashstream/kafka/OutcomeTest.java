package dev.dashstream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.dashstream.Account;
import dev.dashstream.ErrorCode;
import dev.dashstream.FrameReader;
import dev.dashstream.Ledger;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static Outcome read(byte[] value) {
        return Outcome.of(new FrameReader(), value);
    }

    @Test
    void aValueThatIsNullIsReported() {
        Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, Outcome.of(new ConsumerRecord<>("t", 0, 5, null, null)));
        assertEquals(ErrorCode.NULL_VALUE, rejected.error().code());
        Outcome accepted = read(Samples.frame());
        assertSame(accepted, Outcome.of(new ConsumerRecord<>("t", 0, 6, null, accepted)));
    }

    @Test
    void aLedgerIsToldOfEach() {
        Ledger ledger = new Ledger();
        byte[] late = Samples.serializer(Map.of()).serialize("t", Samples.content("acme", 0, 104, 2));
        for (byte[] value : new byte[][] {null, new byte[0], Samples.damaged(), late}) {
            read(value).tell(ledger);
        }
        Account account = ledger.lanes().iterator().next().accounts().iterator().next();
        assertEquals(100, account.unreadable());
        assertEquals(3, account.lost());
        assertEquals(2, account.seen());
    }
}

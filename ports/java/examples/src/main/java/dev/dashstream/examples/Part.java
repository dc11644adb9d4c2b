package dev.dashstream.examples;

import dev.dashstream.Account;
import dev.dashstream.ErrorClass;
import dev.dashstream.Frame;
import dev.dashstream.Lane;
import dev.dashstream.Ledger;
import dev.dashstream.Prelude;
import dev.dashstream.Record;
import dev.dashstream.Verdict;
import dev.dashstream.json.FrameJson;
import dev.dashstream.json.JsonText;
import dev.dashstream.kafka.Outcome;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is done with the messages of one partition, in the order of their offsets (CON-002). */
final class Part {
    /** CON-004. */
    private static final Set<Verdict.Name> UNKNOWN = EnumSet.of(Verdict.Name.OVERLAP, Verdict.Name.STALE_EPOCH,
            Verdict.Name.FORK, Verdict.Name.AFTER_END, Verdict.Name.FORGOTTEN);

    private final String topic;
    private final int number;
    private final Total total;
    /** A ledger is one of a partition. One that runs for long takes LedgerBounds. */
    private final Ledger ledger = new Ledger();

    Part(String topic, int number, Total total) {
        this.topic = topic;
        this.number = number;
        this.total = total;
    }

    /** Takes a message; says whether to go on with the partition. */
    boolean take(long offset, Outcome outcome) {
        total.messages++;
        if (outcome instanceof Outcome.Rejected rejected && rejected.error().code().errorClass() == ErrorClass.UNSUPPORTED) {
            // CON-005, KAF-007: a newer reader may manage.
            total.left++;
            say(offset, rejected.error().getMessage() + "; the partition is left here (CON-005)");
            return false;
        }
        List<Verdict> verdicts = outcome.tell(ledger);
        verdicts.forEach(verdict -> verdict(offset, verdict));
        if (outcome instanceof Outcome.Accepted accepted) {
            accepted(offset, accepted.frame(), verdicts);
        } else if (outcome instanceof Outcome.Rejected rejected) {
            // Whoever commits offsets saves the bytes and the headers first (KAF-008).
            total.rejected++;
            say(offset, rejected.error().getMessage());
        }
        return true;
    }

    private void accepted(long offset, Frame frame, List<Verdict> verdicts) {
        total.frames++;
        // CON-003
        if (verdicts.stream().anyMatch(verdict -> verdict.name() == Verdict.Name.DUPLICATE)) {
            total.duplicates++;
            return;
        }
        boolean unknown = verdicts.stream().anyMatch(verdict -> UNKNOWN.contains(verdict.name()));
        for (Record record : frame.records()) {
            total.records++;
            record(offset, frame, record, unknown);
        }
    }

    private void record(long offset, Frame frame, Record record, boolean unknown) {
        if (record.error() != null) {
            total.rejectedRecords++;
            say(offset, "record " + record.sequence() + ": " + record.error().code() + " at " + record.error().offset()
                    + " (" + record.error().requirement() + ")");
        }
        JsonText out = place(offset);
        Prelude prelude = frame.prelude();
        out.key("tenant").string(frame.metadata().tenant());
        out.key("producer_id").string(HexFormat.of().formatHex(prelude.producerId()));
        out.key("epoch").raw(prelude.epoch()).key("lane").raw(prelude.lane());
        if (unknown) {
            out.key("unknown").raw(true);
        }
        out.key("record");
        FrameJson.write(record, out);
        print(out);
    }

    /** What is known at the end. */
    void end() {
        ledger.lanes().forEach(lane -> lane.accounts().forEach(account -> account(lane, account)));
        ledger.lanes().forEach(lane -> Ledger.atEnd(lane).forEach(verdict -> {
            JsonText out = lane(lane);
            value(verdict, out);
            print(out);
        }));
    }

    private void account(Lane lane, Account account) {
        total.unreadable += account.unreadable();
        total.lost += account.lost();
        JsonText out = lane(lane).key("account").object().key("epoch").raw(account.epoch());
        out.key("first").digits(account.first()).key("last").digits(account.last());
        out.key("seen").digits(account.seen()).key("declared").digits(account.declared());
        out.key("unreadable").digits(account.unreadable()).key("lost").digits(account.lost());
        out.key("tail").string(account.tail().name().toLowerCase(Locale.ROOT)).endObject();
        print(out);
    }

    private void verdict(long offset, Verdict verdict) {
        total.verdict(verdict.name());
        JsonText out = place(offset);
        value(verdict, out);
        print(out);
    }

    private static void value(Verdict verdict, JsonText out) {
        out.key("verdict").string(verdict.name().name());
        if (verdict.arg().isPresent()) {
            out.key("arg").digits(verdict.arg().getAsLong());
        }
    }

    private JsonText place(long offset) {
        return new JsonText().object().key("partition").raw(number).key("offset").raw(offset);
    }

    private JsonText lane(Lane lane) {
        JsonText out = new JsonText().object().key("partition").raw(number);
        return out.key("producer_id").string(lane.producerId()).key("lane").raw(lane.number());
    }

    private static void print(JsonText out) {
        System.out.println(out.endObject());
    }

    private void say(long offset, String what) {
        System.err.println("KafkaConsume: " + topic + "[" + number + "]@" + offset + ": " + what);
    }
}

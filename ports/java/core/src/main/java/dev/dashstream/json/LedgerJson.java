package dev.dashstream.json;

import dev.dashstream.Account;
import dev.dashstream.Lane;
import dev.dashstream.Ledger;
import dev.dashstream.Verdict;
import java.util.List;
import java.util.Locale;

/** Writes the report of a ledger. */
public final class LedgerJson {
    private final JsonText out;

    private LedgerJson(JsonText out) {
        this.out = out;
    }

    /** Writes the report; there is one list of verdicts for each frame of the input. */
    public static void write(List<List<Verdict>> verdicts, Ledger ledger, JsonText out) {
        LedgerJson report = new LedgerJson(out);
        out.object().key("verdicts").array();
        verdicts.forEach(report::verdicts);
        out.endArray().key("end").array();
        ledger.lanes().forEach(report::end);
        out.endArray().key("accounts").array();
        ledger.lanes().forEach(lane -> lane.accounts().forEach(account -> report.account(lane, account)));
        out.endArray().endObject();
    }

    private void verdicts(List<Verdict> verdicts) {
        out.array();
        for (Verdict verdict : verdicts) {
            out.object();
            verdict(verdict);
            out.endObject();
        }
        out.endArray();
    }

    private void verdict(Verdict verdict) {
        out.key("verdict").string(verdict.name().name());
        if (verdict.arg().isPresent()) {
            out.key("arg").digits(verdict.arg().getAsLong());
        }
    }

    private void end(Lane lane) {
        for (Verdict verdict : Ledger.atEnd(lane)) {
            out.object();
            place(lane);
            verdict(verdict);
            out.endObject();
        }
    }

    private void place(Lane lane) {
        out.key("producer_id").string(lane.producerId()).key("lane").raw(lane.number());
    }

    private void account(Lane lane, Account account) {
        out.object();
        place(lane);
        out.key("epoch").raw(account.epoch());
        out.key("first").digits(account.first()).key("last").digits(account.last());
        out.key("seen").digits(account.seen()).key("declared").digits(account.declared());
        out.key("unreadable").digits(account.unreadable()).key("lost").digits(account.lost());
        out.key("tail").string(account.tail().name().toLowerCase(Locale.ROOT));
        out.endObject();
    }
}

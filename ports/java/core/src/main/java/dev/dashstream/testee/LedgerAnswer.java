package dev.dashstream.testee;

import dev.dashstream.DashStreamException;
import dev.dashstream.FrameReader;
import dev.dashstream.Ledger;
import dev.dashstream.Verdict;
import dev.dashstream.json.JsonText;
import dev.dashstream.json.LedgerJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The answer to {@code ledger}. */
final class LedgerAnswer {
    private LedgerAnswer() {}

    static void write(Question question, JsonText out) throws IOException {
        Ledger ledger = new Ledger();
        List<List<Verdict>> verdicts = new ArrayList<>();
        for (Question input : question.list("input")) {
            verdicts.add(tell(ledger, input));
        }
        out.key("ok");
        LedgerJson.write(verdicts, ledger, out);
    }

    private static List<Verdict> tell(Ledger ledger, Question input) throws IOException {
        byte[] frame = input.bytes("frame");
        try {
            return ledger.accepted(new FrameReader().decode(frame), input.number("partition"));
        } catch (DashStreamException e) {
            return ledger.rejected(frame, e);
        }
    }
}

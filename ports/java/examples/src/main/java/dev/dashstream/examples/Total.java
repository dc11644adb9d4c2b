package dev.dashstream.examples;

import dev.dashstream.Verdict;
import dev.dashstream.json.JsonText;
import java.util.EnumSet;
import java.util.Set;

/** What was found in all partitions. */
final class Total {
    private static final Set<Verdict.Name> FAULTS = EnumSet.of(Verdict.Name.FORK, Verdict.Name.OVERLAP,
            Verdict.Name.STALE_EPOCH, Verdict.Name.LANE_MOVED, Verdict.Name.AFTER_END, Verdict.Name.EPOCH_MISSING);

    long messages;
    long frames;
    long records;
    long duplicates;
    long rejected;
    long rejectedRecords;
    long left;
    long unreadable;
    long lost;
    private boolean fault;

    void verdict(Verdict.Name name) {
        fault |= FAULTS.contains(name);
    }

    /** Whether everything was there, once, and could be read. */
    boolean isGood() {
        return !fault && rejected + rejectedRecords + left + unreadable + lost == 0;
    }

    String json() {
        JsonText out = new JsonText().object().key("total").object();
        out.key("messages").raw(messages).key("frames").raw(frames).key("records").raw(records);
        out.key("duplicates").raw(duplicates).key("rejected").raw(rejected).key("rejected_records").raw(rejectedRecords);
        out.key("left").raw(left).key("unreadable").raw(unreadable).key("lost").raw(lost);
        return out.endObject().endObject().toString();
    }
}

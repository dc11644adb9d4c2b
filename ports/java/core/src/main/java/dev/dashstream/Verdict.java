package dev.dashstream;

import java.util.OptionalLong;

/** What a ledger says about a frame or a lane. */
public record Verdict(Name name, OptionalLong arg) {
    /** The names of the registry of verdicts. */
    public enum Name {
        /** First sight of a lane above 1: the account starts at the number. */
        BASELINE,
        /** So many numbers of an epoch that was seen are missing. */
        GAP,
        /** So many epochs were never seen. */
        EPOCH_MISSING,
        /** How this epoch ended is not known. */
        TAIL_UNKNOWN,
        /** A frame of so many records fills numbers that were missing, or can be read at last. */
        LATE,
        /** The frame was counted before. */
        DUPLICATE,
        /** The frame covers counted numbers and others. */
        OVERLAP,
        /** The frame belongs to an epoch that was left behind. */
        STALE_EPOCH,
        /** Two producers use one identity. */
        FORK,
        /** The lane changed its tenant or its partition. */
        LANE_MOVED,
        /** The frame follows the end of its epoch or lane. */
        AFTER_END,
        /** A ledger with bounds has forgotten what would tell whether the frame was counted. */
        FORGOTTEN
    }

    static Verdict of(Name name) {
        return new Verdict(name, OptionalLong.empty());
    }

    static Verdict of(Name name, long arg) {
        return new Verdict(name, OptionalLong.of(arg));
    }
}

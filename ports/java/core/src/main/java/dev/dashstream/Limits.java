package dev.dashstream;

import java.util.OptionalLong;

/** What a reader is told to refuse, each number inclusive. */
public record Limits(OptionalLong maxFrameLen, OptionalLong maxRawLen, OptionalLong maxRecords) {
    /** No limits but those of the format. */
    public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    void check(Prelude prelude) {
        // FRM-001
        if (isAbove(prelude.frameLength(), maxFrameLen)) {
            throw new DashStreamException(ErrorCode.LOCAL_LIMIT, 16, "FRM-001");
        }
        // FRM-002
        if (isAbove(prelude.rawLen(), maxRawLen)) {
            throw new DashStreamException(ErrorCode.LOCAL_LIMIT, 20, "FRM-002");
        }
        // FRM-003
        if (isAbove(prelude.recordCount(), maxRecords)) {
            throw new DashStreamException(ErrorCode.LOCAL_LIMIT, 28, "FRM-003");
        }
    }

    private static boolean isAbove(long value, OptionalLong limit) {
        return limit.isPresent() && value > limit.getAsLong();
    }
}

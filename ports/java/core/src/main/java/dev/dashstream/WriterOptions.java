package dev.dashstream;

import java.util.OptionalLong;

/** How a writer stores a body, and how long a frame it makes. */
public record WriterOptions(long codec, OptionalLong level, OptionalLong threshold, OptionalLong maxFrameLen) {
    /** What {@link #of} takes as the longest frame. */
    public static final long DEFAULT_MAX_FRAME_LEN = 1_000_000;

    private static final int DEFAULT_ZSTD_LEVEL = 3;

    /** Options with a codec and a level of the writer's own, for frames that a broker with stock settings takes. */
    public static WriterOptions of(int codec) {
        return new WriterOptions(codec, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(DEFAULT_MAX_FRAME_LEN));
    }

    void check() {
        if (codec < Codecs.NONE || codec > Codecs.LZ4) {
            throw DashStreamException.refuse(ErrorCode.CODEC, "PRE-008", "codec " + codec);
        }
        long highest = codec == Codecs.ZSTD ? 22 : codec == Codecs.LZ4 ? 1 : 0;
        // COD-006
        if (level.isPresent() && (level.getAsLong() < 1 || level.getAsLong() > highest)) {
            throw DashStreamException.refuse(ErrorCode.LEVEL, "COD-006", "level " + level.getAsLong());
        }
    }

    int levelOrOwn() {
        return (int) level.orElse(codec == Codecs.ZSTD ? DEFAULT_ZSTD_LEVEL : 1);
    }

    /** COD-005. */
    boolean compresses(int rawLen) {
        return codec != Codecs.NONE && rawLen >= threshold.orElse(0);
    }
}

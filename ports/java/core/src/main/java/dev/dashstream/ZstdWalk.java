package dev.dashstream;

/** The walk over a body that zstd stored: the profile, before any decoder sees the bytes. */
final class ZstdWalk {
    private static final long MAX_WINDOW = 8_388_608;
    private static final int MAX_BLOCK = 131_072;

    private final byte[] b;
    private final int from;
    private final int to;
    /** Offset in the frame of the body's first byte. */
    private final int bodyAt;

    private ZstdWalk(byte[] b, int from, int to, int bodyAt) {
        this.b = b;
        this.from = from;
        this.to = to;
        this.bodyAt = bodyAt;
    }

    static void check(byte[] b, int from, int to, int bodyAt, long rawLen) {
        ZstdWalk walk = new ZstdWalk(b, from, to, bodyAt);
        walk.descriptor();
        int blocks = walk.header(rawLen);
        walk.end(walk.blocks(blocks, Math.min(walk.window(rawLen), MAX_BLOCK)));
    }

    private DashStreamException fail(int position, String requirement) {
        return new DashStreamException(ErrorCode.CODEC_PROFILE, position - from + bodyAt, requirement);
    }

    private int flags() {
        return Bytes.u8(b, from + 4);
    }

    private boolean isSingleSegment() {
        return (flags() & 0x20) != 0;
    }

    private void descriptor() {
        // ZST-001: a body shorter than the magic number does not begin with it
        if (to - from < 4 || Bytes.u32(b, from) != 0xFD2FB528L) {
            throw fail(from, "ZST-001");
        }
        // ZST-002
        if (to - from < 5) {
            throw fail(from, "ZST-002");
        }
        // ZST-003
        if ((flags() & 0x08) != 0) {
            throw fail(from + 4, "ZST-003");
        }
        // ZST-004
        if ((flags() & 0x04) == 0) {
            throw fail(from + 4, "ZST-004");
        }
        // ZST-005
        if ((flags() & 0x03) != 0) {
            throw fail(from + 4, "ZST-005");
        }
        // ZST-006
        if (sizeLength() == 0) {
            throw fail(from + 4, "ZST-006");
        }
        // ZST-009: bit 4 is not looked at
    }

    private int sizeLength() {
        int flag = flags() >> 6;
        return flag == 0 ? (isSingleSegment() ? 1 : 0) : 1 << flag;
    }

    /** Checks the rest of the header; returns where the blocks begin. */
    private int header(long rawLen) {
        int sizeAt = from + (isSingleSegment() ? 5 : 6);
        // ZST-002
        if (to - sizeAt < sizeLength()) {
            throw fail(from, "ZST-002");
        }
        // ZST-007
        if (!isSingleSegment() && window(rawLen) > MAX_WINDOW) {
            throw fail(from + 5, "ZST-007");
        }
        // ZST-008
        if (contentSize(sizeAt) != rawLen) {
            throw fail(sizeAt, "ZST-008");
        }
        return sizeAt + sizeLength();
    }

    private long contentSize(int at) {
        return switch (sizeLength()) {
            case 1 -> Bytes.u8(b, at);
            case 2 -> Bytes.u16(b, at) + 256L;
            case 4 -> Bytes.u32(b, at);
            default -> Bytes.u64(b, at);
        };
    }

    private long window(long rawLen) {
        if (isSingleSegment()) {
            return rawLen;
        }
        int descriptor = Bytes.u8(b, from + 5);
        long base = 1L << 10 + descriptor / 8;
        return base + base / 8 * (descriptor % 8);
    }

    /** Checks the blocks; returns where the last one ends. */
    private int blocks(int at, long maxBlock) {
        while (true) {
            // ZST-010
            if (to - at < 3) {
                throw fail(at, "ZST-010");
            }
            int header = Bytes.u16(b, at) | Bytes.u8(b, at + 2) << 16;
            int size = header >> 3;
            int type = header >> 1 & 3;
            // ZST-011
            if (type == 3) {
                throw fail(at, "ZST-011");
            }
            // ZST-012
            if (size == 0) {
                throw fail(at, "ZST-012");
            }
            // ZST-013
            if (size > maxBlock) {
                throw fail(at, "ZST-013");
            }
            int stored = type == 1 ? 1 : size;
            // ZST-014
            if (to - at - 3 < stored) {
                throw fail(at, "ZST-014");
            }
            at += 3 + stored;
            if ((header & 1) != 0) {
                return at;
            }
        }
    }

    private void end(int at) {
        // ZST-016
        if (to - at < 4) {
            throw fail(at, "ZST-016");
        }
        // ZST-015
        if (to - at > 4) {
            throw fail(at + 4, "ZST-015");
        }
    }
}

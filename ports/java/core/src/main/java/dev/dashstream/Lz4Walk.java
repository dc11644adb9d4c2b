package dev.dashstream;

/** The walk over a body that lz4 stored: the profile, before any decoder sees the bytes. */
final class Lz4Walk {
    private final byte[] b;
    private final int from;
    private final int to;
    private final int bodyAt;
    private int pos;
    private int token;
    private long output;
    private long literals;
    /** Output before the last match, or -1 where there is none. */
    private long lastMatch = -1;

    private Lz4Walk(byte[] b, int from, int to, int bodyAt) {
        this.b = b;
        this.from = from;
        this.to = to;
        this.bodyAt = bodyAt;
        this.pos = from;
    }

    /** Checks the body; returns how many bytes it stands for. */
    static long check(byte[] b, int from, int to, int bodyAt) {
        Lz4Walk walk = new Lz4Walk(b, from, to, bodyAt);
        boolean match = false;
        while (walk.pos < to) {
            match = walk.sequence();
        }
        walk.end(match);
        return walk.output;
    }

    private DashStreamException fail(String requirement) {
        return new DashStreamException(ErrorCode.CODEC_PROFILE, token - from + bodyAt, requirement);
    }

    /** One sequence; whether it has a match. */
    private boolean sequence() {
        token = pos++;
        int first = Bytes.u8(b, token);
        literals = length(first >> 4, "LZ4-001");
        // LZ4-001
        if (literals > to - pos) {
            throw fail("LZ4-001");
        }
        pos += (int) literals;
        output += literals;
        if (pos == to) {
            return false;
        }
        match(first & 15);
        return true;
    }

    private void match(int low) {
        // LZ4-002
        if (to - pos < 2) {
            throw fail("LZ4-002");
        }
        int offset = Bytes.u16(b, pos);
        pos += 2;
        long length = length(low, "LZ4-002") + 4;
        // LZ4-003
        if (offset == 0) {
            throw fail("LZ4-003");
        }
        // LZ4-004
        if (offset > output) {
            throw fail("LZ4-004");
        }
        lastMatch = output;
        output += length;
    }

    private long length(int nibble, String requirement) {
        long length = nibble;
        if (nibble == 15) {
            int more;
            do {
                if (pos >= to) {
                    throw fail(requirement);
                }
                more = Bytes.u8(b, pos++);
                length += more;
            } while (more == 255);
        }
        return length;
    }

    private void end(boolean match) {
        // LZ4-005
        if (match) {
            throw fail("LZ4-005");
        }
        // LZ4-006
        if (literals < 5 && token != from) {
            throw fail("LZ4-006");
        }
        // LZ4-007
        if (lastMatch >= 0 && output - lastMatch < 12) {
            throw fail("LZ4-007");
        }
        // LZ4-008
        if ((b[token] & 15) != 0) {
            throw fail("LZ4-008");
        }
    }
}

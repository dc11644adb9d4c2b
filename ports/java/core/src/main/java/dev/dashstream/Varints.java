package dev.dashstream;

/** Reads varints that the wire scan has passed. */
final class Varints {
    private final byte[] b;
    private final int end;
    private int pos;

    Varints(byte[] b, int from, int end) {
        this.b = b;
        this.pos = from;
        this.end = end;
    }

    static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    /** How many values a packed field of varints holds: each has one byte without the high bit. */
    static int count(byte[] b, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += (b[i] >>> 31) ^ 1;
        }
        return count;
    }

    boolean hasNext() {
        return pos < end;
    }

    /** Where the next value begins. */
    int position() {
        return pos;
    }

    long next() {
        int c = b[pos++];
        if (c >= 0) {
            return c;
        }
        long value = c & 0x7f;
        int shift = 7;
        do {
            c = b[pos++];
            value |= (c & 0x7fL) << shift;
            shift += 7;
        } while (c < 0);
        return value;
    }
}

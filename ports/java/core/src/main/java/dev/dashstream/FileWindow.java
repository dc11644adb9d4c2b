package dev.dashstream;

import java.util.Arrays;

/** The part of a file that a reader holds. Positions count from the beginning of the file. */
final class FileWindow {
    private byte[] b = new byte[4096];
    private long base;
    private int from;
    private int to;

    void append(byte[] piece, int at, int count) {
        if (b.length - to < count) {
            compact(count);
        }
        System.arraycopy(piece, at, b, to, count);
        to += count;
    }

    private void compact(int count) {
        int held = to - from;
        // Doubling keeps the copying linear in the length of the file.
        byte[] target = held + count > b.length / 2 ? new byte[(held + count) * 2] : b;
        System.arraycopy(b, from, target, 0, held);
        b = target;
        base += from;
        from = 0;
        to = held;
    }

    int held() {
        return to - from;
    }

    /** The end of what has come of the file. */
    long end() {
        return base + to;
    }

    /** Lets go of what lies before a position. */
    void release(long position) {
        from = Math.max(from, Math.min(to, (int) Math.min(Integer.MAX_VALUE, position - base)));
    }

    byte[] array() {
        return b;
    }

    int index(long position) {
        return (int) (position - base);
    }

    byte[] copy(long start, int length) {
        return Arrays.copyOfRange(b, index(start), index(start) + length);
    }

    boolean matches(long position, byte[] bytes) {
        int at = index(position);
        return Arrays.equals(b, at, at + bytes.length, bytes, 0, bytes.length);
    }
}

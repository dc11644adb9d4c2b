package dev.dashstream;

/** Whether bytes are UTF-8 by RFC 3629. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] b, int from, int to) {
        int i = from;
        while (i < to) {
            int c = b[i];
            if (c >= 0) {
                i++;
                continue;
            }
            int length = sequenceLength(b, i, to, c & 0xff);
            if (length == 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** The bytes of the code point at i, or 0 where there is none. */
    private static int sequenceLength(byte[] b, int i, int to, int first) {
        if (first >= 0xC2 && first <= 0xDF) {
            return hasTail(b, i + 1, to, 1) ? 2 : 0;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            return hasTail(b, i + 1, to, 2) && isSecondOfThree(first, b[i + 1] & 0xff) ? 3 : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            return hasTail(b, i + 1, to, 3) && isSecondOfFour(first, b[i + 1] & 0xff) ? 4 : 0;
        }
        return 0;
    }

    private static boolean hasTail(byte[] b, int at, int to, int count) {
        if (to - at < count) {
            return false;
        }
        for (int i = at; i < at + count; i++) {
            if ((b[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }

    /** No overlong forms and no surrogates. */
    private static boolean isSecondOfThree(int first, int second) {
        return (first != 0xE0 || second >= 0xA0) && (first != 0xED || second < 0xA0);
    }

    /** No overlong forms and nothing above U+10FFFF. */
    private static boolean isSecondOfFour(int first, int second) {
        return (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second < 0x90);
    }
}

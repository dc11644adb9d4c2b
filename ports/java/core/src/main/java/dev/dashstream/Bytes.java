package dev.dashstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Little-endian numbers, checksums and digits. */
final class Bytes {
    static final long MAX_53 = (1L << 53) - 1;
    static final byte[] EMPTY = new byte[0];

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private Bytes() {}

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    static int u8(byte[] b, int at) {
        return b[at] & 0xff;
    }

    static int u16(byte[] b, int at) {
        return (short) SHORT.get(b, at) & 0xffff;
    }

    static long u32(byte[] b, int at) {
        return (int) INT.get(b, at) & 0xffffffffL;
    }

    static long u64(byte[] b, int at) {
        return (long) LONG.get(b, at);
    }

    static void put16(byte[] b, int at, int value) {
        SHORT.set(b, at, (short) value);
    }

    static void put32(byte[] b, int at, long value) {
        INT.set(b, at, (int) value);
    }

    static void put64(byte[] b, int at, long value) {
        LONG.set(b, at, value);
    }

    static long crc(byte[] b, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(b, at, length);
        return crc.getValue();
    }

    static boolean allZero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }

    static String hex(byte[] b) {
        return HexFormat.of().formatHex(b);
    }
}

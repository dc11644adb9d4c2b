package dev.dashstream;

import java.util.Arrays;

/** Bytes of protobuf that grow, each number in as few bytes as it can. */
final class Buffer {
    private byte[] b = new byte[64];
    private int length;

    private void room(int count) {
        if (b.length - length < count) {
            b = Arrays.copyOf(b, Math.max(b.length * 2, length + count));
        }
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(b, length);
    }

    void varint(long value) {
        room(10);
        while ((value & ~0x7fL) != 0) {
            b[length++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        b[length++] = (byte) value;
    }

    void tag(int number, int wireType) {
        varint(number << 3 | wireType);
    }

    void fixed32(long value) {
        room(4);
        Bytes.put32(b, length, value);
        length += 4;
    }

    void fixed64(long value) {
        room(8);
        Bytes.put64(b, length, value);
        length += 8;
    }

    void bytes(byte[] value) {
        bytes(value, value.length);
    }

    private void bytes(byte[] value, int count) {
        room(count);
        System.arraycopy(value, 0, b, length, count);
        length += count;
    }

    void delimited(int number, byte[] value) {
        tag(number, 2);
        varint(value.length);
        bytes(value);
    }

    void delimited(int number, Buffer value) {
        tag(number, 2);
        varint(value.length);
        bytes(value.b, value.length);
    }
}

package dev.dashstream;

/** Walks over the fields of a message that the wire scan has passed. */
final class Fields {
    private final byte[] b;
    private final int to;
    private int pos;

    /** Of the field that the last {@link #next()} came to. */
    int number;
    int wireType;
    int tagAt;
    /** A varint; of other types the bits, or the length. */
    long value;
    /** The bytes of the value; of a length-delimited field, without the length. */
    int start;
    int end;

    Fields(byte[] b, int from, int to) {
        this.b = b;
        this.pos = from;
        this.to = to;
    }

    boolean next() {
        if (pos >= to) {
            return false;
        }
        tagAt = pos;
        long tag = varint();
        number = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        start = pos;
        switch (wireType) {
            case 0 -> value = varint();
            case 1 -> fixed(8);
            case 5 -> fixed(4);
            default -> delimited();
        }
        end = pos;
        return true;
    }

    private void fixed(int width) {
        value = width == 8 ? Bytes.u64(b, pos) : Bytes.u32(b, pos);
        pos += width;
    }

    private void delimited() {
        value = varint();
        start = pos;
        pos += (int) value;
    }

    int length() {
        return end - start;
    }

    private long varint() {
        long result = 0;
        int shift = 0;
        int c;
        do {
            c = b[pos++];
            result |= (c & 0x7fL) << shift;
            shift += 7;
        } while (c < 0);
        return result;
    }
}

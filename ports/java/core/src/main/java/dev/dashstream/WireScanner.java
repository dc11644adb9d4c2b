package dev.dashstream;

/** The wire scan: the verdict on protobuf bytes. */
final class WireScanner {
    /** What {@link #strings} is where refs are not looked at. */
    static final long NO_REFS = -1;

    private final byte[] b;
    private final long strings;
    private int pos;
    private boolean badRef;

    WireScanner(byte[] b, long strings) {
        this.b = b;
        this.strings = strings;
    }

    /** Scans one message; false where a field that is a ref points past the string table. */
    boolean scan(MessageType type, int from, int to) {
        badRef = false;
        pos = from;
        message(type, to);
        return !badRef;
    }

    private void message(MessageType type, int to) {
        int seen = 0;
        while (pos < to) {
            int tagAt = pos;
            int tag = tag(to);
            Field field = type.field(tag >>> 3);
            if (field == null) {
                unknown(tag & 7, to, tagAt);
                continue;
            }
            // WIRE-004
            if ((tag & 7) != field.wireType) {
                throw new WireFailure(tagAt, "WIRE-004");
            }
            if (!field.isRepeated() || field.packed) {
                int bit = 1 << field.number();
                // WIRE-005
                if ((seen & bit) != 0) {
                    throw new WireFailure(tagAt, "WIRE-005");
                }
                seen |= bit;
            }
            value(field, to, tagAt);
        }
    }

    /** Reads a tag. The first byte alone is nearly always enough. */
    private int tag(int to) {
        int tagAt = pos;
        int tag = b[pos];
        if (tag >= 0) {
            pos++;
        } else {
            tag = longTag(to, tagAt);
        }
        // WIRE-002
        if (tag >>> 3 == 0) {
            throw new WireFailure(tagAt, "WIRE-002");
        }
        int wireType = tag & 7;
        // WIRE-003
        if (wireType == 3 || wireType == 4 || wireType >= 6) {
            throw new WireFailure(tagAt, "WIRE-003");
        }
        return tag;
    }

    private int longTag(int to, int tagAt) {
        long tag = 0;
        for (int i = 0; i < 5; i++) {
            // WIRE-001: the message ends inside the tag
            if (pos >= to) {
                throw new WireFailure(tagAt, "WIRE-001");
            }
            int c = b[pos++];
            tag |= (c & 0x7fL) << 7 * i;
            if (c >= 0) {
                // WIRE-001: above 2^32 - 1
                if (tag > 0xffffffffL) {
                    throw new WireFailure(tagAt, "WIRE-001");
                }
                return (int) tag;
            }
        }
        // WIRE-001: more than 5 bytes
        throw new WireFailure(tagAt, "WIRE-001");
    }

    private long varint(int to, int tagAt) {
        if (pos < to && b[pos] >= 0) {
            return b[pos++];
        }
        long value = 0;
        for (int i = 0; i < 10; i++) {
            // WIRE-007
            if (pos >= to) {
                throw new WireFailure(tagAt, "WIRE-007");
            }
            int c = b[pos++];
            // WIRE-006: a tenth byte above 01 (or one that goes on)
            if (i == 9 && (c & 0xff) > 1) {
                break;
            }
            value |= (c & 0x7fL) << 7 * i;
            if (c >= 0) {
                return value;
            }
        }
        throw new WireFailure(tagAt, "WIRE-006");
    }

    /** Reads a length; returns where what it announces ends. */
    private int end(int to, int tagAt) {
        long length = varint(to, tagAt);
        // WIRE-008: without sign, for a length may have 64 bits
        if (length < 0 || length > to - pos) {
            throw new WireFailure(tagAt, "WIRE-008");
        }
        return pos + (int) length;
    }

    private void fixed(int width, int to, int tagAt) {
        // WIRE-007
        if (to - pos < width) {
            throw new WireFailure(tagAt, "WIRE-007");
        }
        pos += width;
    }

    /** WIRE-017: a field that the schema does not have. */
    private void unknown(int wireType, int to, int tagAt) {
        switch (wireType) {
            case 0 -> varint(to, tagAt);
            case 1 -> fixed(8, to, tagAt);
            case 5 -> fixed(4, to, tagAt);
            default -> pos = end(to, tagAt);
        }
    }

    private void value(Field field, int to, int tagAt) {
        if (field.wireType != 2) {
            scalar(field, to, tagAt);
            return;
        }
        int end = end(to, tagAt);
        if (field.packed) {
            packed(field, end, tagAt);
        } else if (field.type() == FieldType.MESSAGE) {
            message(field.message(), end);
        } else if (field.type() == FieldType.STRING && !Utf8.isValid(b, pos, end)) {
            // WIRE-013
            throw new WireFailure(tagAt, "WIRE-013");
        } else {
            pos = end;
        }
    }

    private void packed(Field field, int end, int tagAt) {
        while (pos < end) {
            scalar(field, end, tagAt);
        }
    }

    private void scalar(Field field, int to, int tagAt) {
        switch (field.type()) {
            case DOUBLE -> fixed(8, to, tagAt);
            case FIXED32 -> fixed(4, to, tagAt);
            default -> number(field, varint(to, tagAt), tagAt);
        }
    }

    private void number(Field field, long value, int tagAt) {
        switch (field.type()) {
            case UINT32 -> uint32(field, value, tagAt);
            case BOOL -> {
                // WIRE-010
                if (value < 0 || value > 1) {
                    throw new WireFailure(tagAt, "WIRE-010");
                }
            }
            case UINT64 -> {
                // WIRE-011: a value of 64 bits is negative here
                if (value < 0 || value > Bytes.MAX_53) {
                    throw new WireFailure(tagAt, "WIRE-011");
                }
            }
            default -> {
                long signed = Varints.unzigzag(value);
                // WIRE-012
                if (signed > Bytes.MAX_53 || signed < -Bytes.MAX_53) {
                    throw new WireFailure(tagAt, "WIRE-012");
                }
            }
        }
    }

    private void uint32(Field field, long value, int tagAt) {
        // WIRE-009
        if (value < 0 || value > 0xffffffffL) {
            throw new WireFailure(tagAt, "WIRE-009");
        }
        // REC-005: only noted, for the scan of the whole comes first
        if (field.isRef() && strings != NO_REFS && value > strings) {
            badRef = true;
        }
    }
}

package dev.dashstream;

import java.util.BitSet;
import java.util.Set;

/** Looks for lints in the bytes of a message that the wire scan has passed, and notes the strings that it refers to. */
final class WireLints {
    private final byte[] b;
    private final Set<Lint> found;
    private final BitSet used;

    /** Where used is null, refs are not noted. */
    WireLints(byte[] b, Set<Lint> found, BitSet used) {
        this.b = b;
        this.found = found;
        this.used = used;
    }

    void message(MessageType type, int from, int to) {
        int before = 0;
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            if (at.number < before) {
                found.add(Lint.FIELD_ORDER);
            }
            before = at.number;
            head(at);
            Field field = type.field(at.number);
            if (field == null) {
                found.add(Lint.UNKNOWN_FIELD);
            } else if (at.wireType == 2) {
                delimited(field, at);
            } else {
                singular(field, at);
            }
        }
    }

    /** The tag, and the length or the varint behind it. */
    private void head(Fields at) {
        int valueAt = minimal(at.tagAt);
        if (at.wireType == 0 || at.wireType == 2) {
            minimal(valueAt);
        }
    }

    /** Looks at one varint; returns where it ends. The last byte of one that is too long is 00. */
    private int minimal(int from) {
        int at = from;
        while (b[at] < 0) {
            at++;
        }
        if (at > from && b[at] == 0) {
            found.add(Lint.NON_MINIMAL_VARINT);
        }
        return at + 1;
    }

    private void singular(Field field, Fields at) {
        if (at.value == 0) {
            found.add(Lint.EXPLICIT_DEFAULT);
        }
        note(field, at.value);
    }

    private void delimited(Field field, Fields at) {
        if (at.length() == 0 && isDefaultWhereEmpty(field)) {
            found.add(Lint.EXPLICIT_DEFAULT);
        }
        if (field.type() == FieldType.MESSAGE) {
            message(field.message(), at.start, at.end);
        } else if (field.packed && field.type() != FieldType.DOUBLE) {
            packed(field, at);
        }
    }

    /** An element of a repeated field says something by being there, and so does a message. */
    private static boolean isDefaultWhereEmpty(Field field) {
        return field.packed || !field.isRepeated() && field.type() != FieldType.MESSAGE;
    }

    private void packed(Field field, Fields at) {
        for (int i = at.start; i < at.end; ) {
            i = minimal(i);
        }
        if (field.isRef() && used != null) {
            Varints values = new Varints(b, at.start, at.end);
            while (values.hasNext()) {
                note(field, values.next());
            }
        }
    }

    private void note(Field field, long value) {
        if (field.isRef() && used != null) {
            used.set((int) value);
        }
    }
}

package dev.dashstream;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** Looks for lints in an accepted frame. */
public final class Lints {
    private static final int GREASE = 0x80;
    private static final int[] STRING_REFS = {BodyLayout.THREAD, BodyLayout.NODE, BodyLayout.RUN, BodyLayout.TASK};

    private final Frame frame;
    private final Set<Lint> found = EnumSet.noneOf(Lint.class);
    private final BitSet used = new BitSet();

    private Lints(Frame frame) {
        this.frame = frame;
    }

    /** The lints of a frame. */
    public static Set<Lint> of(Frame frame) {
        Lints lints = new Lints(frame);
        lints.flags();
        byte[] metadata = frame.metadataBytes();
        new WireLints(metadata, lints.found, null).message(Schema.METADATA, 0, metadata.length);
        byte[] raw = frame.body().raw;
        new WireLints(raw, lints.found, null).message(Schema.BODY, 0, raw.length);
        lints.columns();
        lints.duplicates();
        if (lints.payloads(new WireLints(raw, lints.found, lints.used))) {
            lints.unused();
        }
        return lints.found;
    }

    private void flags() {
        if ((frame.prelude().ancillaryFlags() & ~GREASE) != 0) {
            found.add(Lint.ANCILLARY_BIT);
        }
    }

    /** A column of nothing but defaults. One of no values is none: COLUMN_LEN has refused it. */
    private void columns() {
        for (int column : BodyLayout.COLUMNS) {
            if (frame.body().has(column) && isDefault(column)) {
                found.add(Lint.EXPLICIT_DEFAULT);
            }
        }
    }

    private boolean isDefault(int column) {
        long usual = column == BodyLayout.SEQUENCE_DELTA ? 1 : 0;
        Varints values = frame.body().values(column);
        while (values.hasNext()) {
            if (values.next() != usual) {
                return false;
            }
        }
        return true;
    }

    private void duplicates() {
        Set<String> strings = new HashSet<>();
        for (int ref = 1; ref <= frame.body().strings; ref++) {
            if (!strings.add(frame.string(ref))) {
                found.add(Lint.DUPLICATE_STRING);
            }
        }
    }

    /** Looks at the payloads that were read; false where one was not (REC-026). */
    private boolean payloads(WireLints wire) {
        Columns columns = frame.columns();
        boolean all = true;
        for (int i = 0; i < columns.kind.length; i++) {
            MessageType type = Schema.ofKind(columns.kind[i]);
            if (type == null || frame.error(i) != null) {
                all = false;
            } else {
                wire.message(type, columns.payloadAt[i], columns.payloadAt[i + 1]);
            }
        }
        return all;
    }

    private void unused() {
        for (int column : STRING_REFS) {
            Varints refs = frame.body().values(column);
            while (refs.hasNext()) {
                used.set((int) refs.next());
            }
        }
        if (used.nextClearBit(1) <= frame.body().strings) {
            found.add(Lint.UNUSED_STRING);
        }
    }
}

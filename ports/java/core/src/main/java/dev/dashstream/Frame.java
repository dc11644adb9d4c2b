package dev.dashstream;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** A frame that passed every check. */
public final class Frame {
    private final Prelude prelude;
    private final byte[] metadataBytes;
    private final Metadata metadata;
    private final BodyLayout body;
    private final Columns columns;
    private final RecordError[] errors;
    /** BODY-017: each string is made once, when the first record needs it. */
    private final String[] strings;
    private final int[] stringAt;
    private final byte[] traceId;

    Frame(Prelude prelude, byte[] metadataBytes, Metadata metadata, BodyLayout body) {
        this.prelude = prelude;
        this.metadataBytes = metadataBytes;
        this.metadata = metadata;
        this.body = body;
        this.columns = new Columns(body, prelude, metadata.baseTimeUs());
        this.strings = new String[body.strings];
        this.stringAt = stringPlaces(body);
        this.traceId = metadata.traceId();
        this.errors = new RecordChecks(this).errors();
    }

    /** Where each string begins, and behind it where it ends. */
    private static int[] stringPlaces(BodyLayout body) {
        int[] places = new int[body.strings * 2];
        int next = 0;
        Fields at = new Fields(body.raw, 0, body.raw.length);
        while (next < places.length && at.next()) {
            if (at.number == BodyLayout.STRINGS) {
                places[next++] = at.start;
                places[next++] = at.end;
            }
        }
        return places;
    }

    /** The prelude. */
    public Prelude prelude() {
        return prelude;
    }

    /** The metadata. */
    public Metadata metadata() {
        return metadata;
    }

    /** The records, in order; each is a view that is made when it is asked for. */
    public List<Record> records() {
        return new Records();
    }

    /** One record, counted from 0. */
    public Record record(int index) {
        return new Record(this, java.util.Objects.checkIndex(index, prelude.recordCount()));
    }

    /** The string of a ref, or null for 0. */
    String string(int ref) {
        if (ref == 0) {
            return null;
        }
        String string = strings[ref - 1];
        if (string == null) {
            int from = stringAt[2 * ref - 2];
            string = new String(body.raw, from, stringAt[2 * ref - 1] - from, StandardCharsets.UTF_8);
            strings[ref - 1] = string;
        }
        return string;
    }

    byte[] trace(int ref) {
        return ref == 0 ? traceId.clone() : id(BodyLayout.TRACE_IDS, ref, 16);
    }

    byte[] span(int ref) {
        return ref == 0 ? new byte[0] : id(BodyLayout.SPAN_IDS, ref, 8);
    }

    private byte[] id(int table, int ref, int width) {
        int from = body.start[table] + (ref - 1) * width;
        return Arrays.copyOfRange(body.raw, from, from + width);
    }

    BodyLayout body() {
        return body;
    }

    byte[] metadataBytes() {
        return metadataBytes;
    }

    Columns columns() {
        return columns;
    }

    RecordError error(int index) {
        return errors == null ? null : errors[index];
    }

    private final class Records extends AbstractList<Record> implements RandomAccess {
        @Override
        public Record get(int index) {
            return record(index);
        }

        @Override
        public int size() {
            return prelude.recordCount();
        }
    }
}

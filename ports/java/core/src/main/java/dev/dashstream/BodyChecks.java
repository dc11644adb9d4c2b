package dev.dashstream;

/**
 * The checks of the body, each one pass over it. Nothing is unpacked on the way: until the verdict the body itself is
 * all that is held (FRM-009).
 */
final class BodyChecks {
    private static final int MAX_IDS = 65_535;
    private static final int[] STRING_REFS = {BodyLayout.THREAD, BodyLayout.NODE, BodyLayout.RUN, BodyLayout.TASK};

    private final BodyLayout body;
    private final int records;
    private final int span;
    private final long baseSequence;
    private final long baseTime;

    private BodyChecks(BodyLayout body, Prelude prelude, long baseTime) {
        this.body = body;
        this.records = prelude.recordCount();
        this.span = prelude.span();
        this.baseSequence = prelude.baseSequence();
        this.baseTime = baseTime;
    }

    static BodyLayout check(byte[] raw, Prelude prelude, long baseTime) {
        scan(raw);
        BodyChecks checks = new BodyChecks(new BodyLayout(raw), prelude, baseTime);
        checks.strings();
        checks.lengths();
        checks.kinds();
        for (int column : STRING_REFS) {
            // BODY-006
            checks.refs(column, checks.body.strings, ErrorCode.STRING_REF, "BODY-006");
        }
        checks.ids(BodyLayout.TRACE_IDS, 16, "BODY-007");
        checks.ids(BodyLayout.SPAN_IDS, 8, "BODY-008");
        // BODY-009
        checks.refs(BodyLayout.TRACE, checks.body.length(BodyLayout.TRACE_IDS) / 16, ErrorCode.ID_REF, "BODY-009");
        // BODY-010
        checks.refs(BodyLayout.SPAN, checks.body.length(BodyLayout.SPAN_IDS) / 8, ErrorCode.ID_REF, "BODY-010");
        checks.sequences();
        checks.times();
        checks.parents();
        checks.payloads();
        return checks.body;
    }

    private static void scan(byte[] raw) {
        try {
            new WireScanner(raw, WireScanner.NO_REFS).scan(Schema.BODY, 0, raw.length);
        } catch (WireFailure e) {
            throw new DashStreamException(ErrorCode.BODY_WIRE, e.tagAt, e.requirement);
        }
    }

    private static DashStreamException fail(ErrorCode code, int at, String requirement) {
        return new DashStreamException(code, at, requirement);
    }

    private void strings() {
        // BODY-001
        if (body.surplusString >= 0) {
            throw fail(ErrorCode.STRING_TABLE, body.surplusString, "BODY-001");
        }
        // BODY-002
        if (body.badString >= 0) {
            throw fail(ErrorCode.STRING_TABLE, body.badString, "BODY-002");
        }
    }

    private void lengths() {
        // BODY-003
        if (!body.has(BodyLayout.KIND)) {
            throw fail(ErrorCode.COLUMN_LEN, body.raw.length, "BODY-003");
        }
        for (int column : BodyLayout.COLUMNS) {
            // BODY-004
            if (body.has(column) && Varints.count(body.raw, body.start[column], body.end[column]) != records) {
                throw fail(ErrorCode.COLUMN_LEN, body.tagAt[column], "BODY-004");
            }
        }
    }

    private void kinds() {
        Varints kinds = body.values(BodyLayout.KIND);
        while (kinds.hasNext()) {
            int at = kinds.position();
            // BODY-005
            if (kinds.next() == 0) {
                throw fail(ErrorCode.KIND_ZERO, at, "BODY-005");
            }
        }
    }

    private void refs(int column, int limit, ErrorCode code, String requirement) {
        Varints refs = body.values(column);
        while (refs.hasNext()) {
            int at = refs.position();
            if (refs.next() > limit) {
                throw fail(code, at, requirement);
            }
        }
    }

    /** BODY-007, BODY-008. */
    private void ids(int table, int width, String requirement) {
        int length = body.length(table);
        boolean good = length % width == 0 && length / width <= MAX_IDS;
        for (int i = body.start[table]; good && i < body.end[table]; i += width) {
            good = !Bytes.allZero(body.raw, i, i + width);
        }
        if (!good) {
            throw fail(ErrorCode.ID_TABLE, body.tagAt[table], requirement);
        }
    }

    private void sequences() {
        long sum = 0;
        Varints deltas = body.values(BodyLayout.SEQUENCE_DELTA);
        while (deltas.hasNext()) {
            int at = deltas.position();
            long delta = deltas.next();
            sum += delta;
            // BODY-011
            if (delta == 0 || sum > span) {
                throw fail(ErrorCode.SEQUENCE_DELTA, at, "BODY-011");
            }
        }
    }

    private void times() {
        long time = baseTime;
        Varints deltas = body.values(BodyLayout.TIME_DELTA);
        while (deltas.hasNext()) {
            int at = deltas.position();
            time += Varints.unzigzag(deltas.next());
            // BODY-012
            if (time < 0 || time > Bytes.MAX_53) {
                throw fail(ErrorCode.TIME_RANGE, at, "BODY-012");
            }
        }
    }

    private void parents() {
        long sequence = baseSequence - 1;
        Varints parents = body.values(BodyLayout.PARENT_DELTA);
        Varints deltas = body.values(BodyLayout.SEQUENCE_DELTA);
        while (parents.hasNext()) {
            sequence += deltas.hasNext() ? deltas.next() : 1;
            int at = parents.position();
            // BODY-013
            if (parents.next() >= sequence) {
                throw fail(ErrorCode.PARENT_RANGE, at, "BODY-013");
            }
        }
    }

    private void payloads() {
        long sum = 0;
        Varints lengths = body.values(BodyLayout.PAYLOAD_LEN);
        while (lengths.hasNext()) {
            sum += lengths.next();
        }
        // BODY-014
        if (sum != body.length(BodyLayout.PAYLOADS)) {
            int field = body.has(BodyLayout.PAYLOAD_LEN) ? BodyLayout.PAYLOAD_LEN : BodyLayout.PAYLOADS;
            throw fail(ErrorCode.PAYLOAD_LEN, body.tagAt[field], "BODY-014");
        }
    }
}

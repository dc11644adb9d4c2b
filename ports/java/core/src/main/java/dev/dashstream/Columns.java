package dev.dashstream;

/** The columns of an accepted body as numbers. A column that is absent is null where its default is 0. */
final class Columns {
    final int[] kind;
    final int[] kindAt;
    final long[] sequence;
    final long[] time;
    final int[] thread;
    final int[] node;
    final int[] run;
    final int[] task;
    final int[] trace;
    final int[] span;
    /** Unsigned. */
    final int[] parentDelta;
    /** Where each payload begins, and as the last one where the payloads end. */
    final int[] payloadAt;

    private final int records;

    Columns(BodyLayout body, Prelude prelude, long baseTime) {
        records = prelude.recordCount();
        kindAt = new int[records];
        kind = kinds(body);
        sequence = sequences(body, prelude.baseSequence());
        time = times(body, baseTime);
        thread = numbers(body, BodyLayout.THREAD);
        node = numbers(body, BodyLayout.NODE);
        run = numbers(body, BodyLayout.RUN);
        task = numbers(body, BodyLayout.TASK);
        trace = numbers(body, BodyLayout.TRACE);
        span = numbers(body, BodyLayout.SPAN);
        parentDelta = numbers(body, BodyLayout.PARENT_DELTA);
        payloadAt = payloads(body);
    }

    private int[] kinds(BodyLayout body) {
        int[] kinds = new int[records];
        Varints values = body.values(BodyLayout.KIND);
        for (int i = 0; i < records; i++) {
            kindAt[i] = values.position();
            kinds[i] = (int) values.next();
        }
        return kinds;
    }

    private int[] numbers(BodyLayout body, int field) {
        if (!body.has(field)) {
            return null;
        }
        int[] numbers = new int[records];
        Varints values = body.values(field);
        for (int i = 0; i < records; i++) {
            numbers[i] = (int) values.next();
        }
        return numbers;
    }

    private long[] sequences(BodyLayout body, long base) {
        long[] sequences = new long[records];
        Varints deltas = body.values(BodyLayout.SEQUENCE_DELTA);
        long last = base - 1;
        for (int i = 0; i < records; i++) {
            // BODY-015: an absent column is all 1
            last += deltas.hasNext() ? deltas.next() : 1;
            sequences[i] = last;
        }
        return sequences;
    }

    private long[] times(BodyLayout body, long base) {
        long[] times = new long[records];
        Varints deltas = body.values(BodyLayout.TIME_DELTA);
        long now = base;
        for (int i = 0; i < records; i++) {
            now += deltas.hasNext() ? Varints.unzigzag(deltas.next()) : 0;
            times[i] = now;
        }
        return times;
    }

    private int[] payloads(BodyLayout body) {
        int[] starts = new int[records + 1];
        Varints lengths = body.values(BodyLayout.PAYLOAD_LEN);
        int at = body.payloadsAt();
        for (int i = 0; i < records; i++) {
            starts[i] = at;
            at += lengths.hasNext() ? (int) lengths.next() : 0;
        }
        starts[records] = at;
        return starts;
    }
}

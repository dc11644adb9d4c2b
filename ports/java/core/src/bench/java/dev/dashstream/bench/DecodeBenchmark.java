package dev.dashstream.bench;

import com.github.luben.zstd.Zstd;
import dev.dashstream.Frame;
import dev.dashstream.FrameReader;
import dev.dashstream.Message;
import dev.dashstream.Record;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Decodes the same 1,000 records as a frame and as rows of plain protobuf, in turns, and prints how they compare. */
public final class DecodeBenchmark {
    private static final int ROUNDS = 15;
    private static final long ROUND_NANOS = 300_000_000L;

    private final byte[] frame = Sample.frame();
    private final byte[] rows = Sample.rows(frame);
    private final FrameReader reader = new FrameReader();

    private DecodeBenchmark() {}

    /** Runs the benchmark. */
    public static void main(String[] args) throws Exception {
        new DecodeBenchmark().run();
    }

    private void run() throws Exception {
        System.out.printf("bytes: frame %d, rows %d%n", frame.length, rows.length);
        LongSupplier[] ways = {this::rows, this::frame, this::verdict};
        String[] names = {"protobuf rows, every field", "frame, every field", "frame, verdict alone"};
        double[][] micros = new double[ways.length][ROUNDS];
        for (int round = -3; round < ROUNDS; round++) {
            for (int way = 0; way < ways.length; way++) {
                double one = micros(ways[way]);
                if (round >= 0) {
                    micros[way][round] = one;
                }
            }
        }
        for (int way = 0; way < ways.length; way++) {
            print(names[way], micros[way], micros[0]);
        }
    }

    private static void print(String name, double[] micros, double[] base) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, i -> base[i] / micros[i]);
        double[] sorted = micros.clone();
        Arrays.sort(sorted);
        Arrays.sort(ratios);
        System.out.printf("%-28s %8.1f us a frame, %.2f times protobuf (%.2f..%.2f)%n",
                name, sorted[ROUNDS / 2], ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
    }

    private static double micros(LongSupplier way) {
        long start = System.nanoTime();
        long sum = 0;
        int count = 0;
        long now;
        do {
            sum += way.getAsLong();
            count++;
            now = System.nanoTime();
        } while (now - start < ROUND_NANOS);
        if (sum == 42) {
            System.out.println("never");
        }
        return (now - start) / 1e3 / count;
    }

    private long verdict() {
        return reader.decode(frame).prelude().recordCount();
    }

    private long frame() {
        long sum = 0;
        Frame decoded = reader.decode(frame);
        for (Record record : decoded.records()) {
            sum += record.sequence() + record.kind() + record.timeUs() + record.parent();
            sum += record.thread().length() + record.node().length() + record.run().length();
            sum += record.traceId()[0] + record.spanId()[0];
            sum += read(record.kind(), record.payload());
        }
        return sum;
    }

    private static long read(long kind, Message payload) {
        return switch ((int) kind) {
            case 5 -> payload.number("attempt") + payload.number("step");
            case 7 -> payload.number("duration_us") + payload.number("status");
            case 17 -> payload.text("call").length() + payload.text("tool").length() + payload.text("arguments").length();
            default -> payload.text("request").length() + payload.text("model").length() + payload.bytes("text").length
                    + payload.number("index");
        };
    }

    private long rows() {
        long sum = 0;
        try {
            byte[] raw = Zstd.decompress(rows, (int) Zstd.getFrameContentSize(rows));
            for (Rows.Row row : Rows.Batch.parseFrom(raw).getRowsList()) {
                sum += row.getSequence() + row.getKind() + row.getTimeUs() + row.getParent();
                sum += row.getThread().length() + row.getNode().length() + row.getRun().length();
                sum += row.getTraceId().byteAt(0) + row.getSpanId().byteAt(0);
                sum += read(row);
            }
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        return sum;
    }

    private static long read(Rows.Row row) {
        return switch (row.getPayloadCase()) {
            case START -> row.getStart().getAttempt() + row.getStart().getStep();
            case END -> row.getEnd().getDurationUs() + row.getEnd().getStatus();
            case CALL -> row.getCall().getCall().length() + row.getCall().getTool().length() + row.getCall().getArguments().length();
            default -> row.getToken().getRequest().length() + row.getToken().getModel().length() + row.getToken().getText().size()
                    + row.getToken().getIndex();
        };
    }
}

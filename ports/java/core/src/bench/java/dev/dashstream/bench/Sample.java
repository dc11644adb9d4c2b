package dev.dashstream.bench;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.dashstream.FrameContent;
import dev.dashstream.FrameReader;
import dev.dashstream.FrameWriter;
import dev.dashstream.Message;
import dev.dashstream.NewRecord;
import dev.dashstream.Record;
import dev.dashstream.Schema;
import dev.dashstream.WriterOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** 1,000 event records, as a frame and as rows of plain protobuf, both under zstd at level 3. */
final class Sample {
    static final int RECORDS = 1_000;

    private Sample() {}

    static byte[] frame() {
        Message metadata = new Message(Schema.METADATA).set("tenant", "acme").set("boot_nonce", new byte[8]);
        metadata.set("base_time_us", 1_700_000_000_000_000L);
        List<NewRecord> records = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < RECORDS; i++) {
            records.add(record(i, random));
        }
        byte[] producer = id(16, 1);
        return new FrameWriter(WriterOptions.of(1))
                .encode(new FrameContent(producer, 1, 1, 0, OptionalInt.of(0), metadata, records));
    }

    private static byte[] id(int width, int seed) {
        byte[] id = new byte[width];
        new Random(seed).nextBytes(id);
        return id;
    }

    private static NewRecord record(int i, Random random) {
        int kind = i % 20 == 0 ? 5 : i % 20 == 19 ? 7 : i % 20 == 18 ? 17 : 11;
        NewRecord record = NewRecord.of(kind, 1_700_000_000_000_000L + i * 1_000L + random.nextInt(900));
        record.thread("thread-" + i / 500).node("node-" + i / 20 % 8).run("run-" + i / 250);
        record.traceId(id(16, 1 + i / 250)).spanId(id(8, i / 20)).payload(payload(kind, i, random));
        return i > 0 ? record.parent(i / 20 * 20 == i ? i : i / 20 * 20 + 1) : record;
    }

    private static Message payload(int kind, int i, Random random) {
        Message message = new Message(Schema.ofKind(kind));
        return switch (kind) {
            case 5 -> message.set("attempt", 1L).set("step", (long) i);
            case 7 -> message.set("duration_us", 20_000L + random.nextInt(9_000)).set("status", 1L);
            case 17 -> message.set("call", "call-" + i).set("tool", "search").set("arguments", "{\"query\":\"" + word(random) + "\"}");
            default -> message.set("request", "request-" + i / 20).set("model", "a-model")
                    .set("text", word(random).getBytes(StandardCharsets.UTF_8)).set("index", i % 20L);
        };
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder(" ");
        for (int i = 2 + random.nextInt(8); i > 0; i--) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    static byte[] rows(byte[] frame) {
        Rows.Batch.Builder batch = Rows.Batch.newBuilder();
        for (Record record : new FrameReader().decode(frame).records()) {
            batch.addRows(row(record));
        }
        return Zstd.compress(batch.build().toByteArray(), 3);
    }

    private static Rows.Row row(Record record) {
        Rows.Row.Builder row = Rows.Row.newBuilder().setSequence(record.sequence()).setKind((int) record.kind());
        row.setTimeUs(record.timeUs()).setThread(record.thread()).setNode(record.node()).setRun(record.run());
        row.setParent(record.parent());
        row.setTraceId(ByteString.copyFrom(record.traceId())).setSpanId(ByteString.copyFrom(record.spanId()));
        Message payload = record.payload();
        switch ((int) record.kind()) {
            case 5 -> row.setStart(Rows.Start.newBuilder().setAttempt(1).setStep((int) payload.number("step")));
            case 7 -> row.setEnd(Rows.End.newBuilder().setDurationUs(payload.number("duration_us")).setStatus(1));
            case 17 -> row.setCall(Rows.Call.newBuilder().setCall(payload.text("call")).setTool(payload.text("tool"))
                    .setArguments(payload.text("arguments")));
            default -> row.setToken(Rows.Token.newBuilder().setRequest(payload.text("request")).setModel(payload.text("model"))
                    .setText(ByteString.copyFrom(payload.bytes("text"))).setIndex((int) payload.number("index")));
        }
        return row.build();
    }
}

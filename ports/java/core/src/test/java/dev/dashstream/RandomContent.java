package dev.dashstream;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** Makes content that every writer takes. */
final class RandomContent {
    /** Kinds whose messages have no rules but that of their attributes. */
    private static final int[] KINDS = {3, 4, 5, 6, 7, 9, 11, 13, 15, 17, 19, 23, 24, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45};

    private final Random random;

    RandomContent(long seed) {
        random = new Random(seed);
    }

    FrameContent next() {
        Message metadata = Samples.metadata();
        int drops = random.nextInt(3);
        if (drops > 0) {
            metadata.set("drop_reason", List.of(1L)).set("drop_reason_count", List.of((long) drops)).set("dropped_total", 9L);
        }
        List<NewRecord> records = new ArrayList<>();
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            records.add(record());
        }
        return new FrameContent(Samples.id(3, 16), 1L + random.nextInt(1000), 5, 2, OptionalInt.empty(), metadata, records);
    }

    private NewRecord record() {
        int kind = random.nextInt(10) == 0 ? 4097 : KINDS[random.nextInt(KINDS.length)];
        NewRecord record = NewRecord.of(kind, random.nextLong(1L << 53)).thread(text()).run(text());
        if (random.nextBoolean()) {
            record.node(text()).task(text()).spanId(Samples.id(1 + random.nextInt(5), 8));
        }
        if (random.nextBoolean()) {
            record.traceId(Samples.id(1 + random.nextInt(5), 16));
        }
        return kind == 4097 ? record.opaque(Samples.id(9, random.nextInt(5))) : record.payload(message(Schema.ofKind(kind)));
    }

    private String text() {
        return List.of("a", "Zürich", "run-1", "日本", "😀", "x".repeat(1024)).get(random.nextInt(6));
    }

    private Message message(MessageType type) {
        Message message = new Message(type);
        for (Field field : type.fields()) {
            if (field.key().equals("attributes")) {
                message.set("attributes", List.of(attribute("a"), attribute("b")));
            } else if (random.nextInt(3) > 0) {
                message.set(field.key(), field.isRepeated() ? List.of(value(field), value(field)) : value(field));
            }
        }
        return message;
    }

    private Message attribute(String key) {
        return new Message(Schema.ATTRIBUTE).set("key", key).set("value", text());
    }

    private Object value(Field field) {
        if (field.isRef()) {
            return text();
        }
        return switch (field.type()) {
            case UINT32, FIXED32 -> 1 + random.nextLong(0xffffffffL);
            case UINT64, SINT64 -> 1 + random.nextLong((1L << 53) - 1);
            case BOOL -> true;
            case DOUBLE -> random.nextBoolean() ? -0.0 : 1 + random.nextDouble();
            case STRING -> text();
            case BYTES -> Samples.id(random.nextInt(256), 1 + random.nextInt(40));
            case MESSAGE -> message(field.message());
        };
    }
}

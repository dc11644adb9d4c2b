package dev.dashstream.kafka;

import dev.dashstream.FrameContent;
import dev.dashstream.Message;
import dev.dashstream.NewRecord;
import dev.dashstream.Schema;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Frames for tests. */
final class Samples {
    private Samples() {}

    /** So many heartbeats of a lane, with a body that is worth compressing. */
    static FrameContent content(String tenant, int lane, long base, int count) {
        byte[] producer = new byte[16];
        Arrays.fill(producer, (byte) 7);
        Message metadata = new Message(Schema.METADATA).set("tenant", tenant).set("boot_nonce", new byte[8]);
        var records = IntStream.range(0, count)
                .mapToObj(i -> NewRecord.of(6, 1_000).payload(new Message(Schema.HEARTBEAT).set("interval_us", 5L)))
                .toList();
        return new FrameContent(producer, base, 1, lane, OptionalInt.of(0), metadata, records);
    }

    static FrameSerializer serializer(Map<String, ?> settings) {
        FrameSerializer serializer = new FrameSerializer();
        serializer.configure(settings, false);
        return serializer;
    }

    static byte[] frame() {
        return serializer(Map.of()).serialize("t", content("acme", 0, 1, 100));
    }

    static byte[] damaged() {
        byte[] frame = frame();
        frame[frame.length - 1] ^= 1;
        return frame;
    }
}

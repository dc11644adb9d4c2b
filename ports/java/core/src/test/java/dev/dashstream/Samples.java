package dev.dashstream;

import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Frames for tests. */
final class Samples {
    /** The frame of spec/example.md: three records, codec 0. */
    static final byte[] EXAMPLE = HexFormat.of().parseHex("""
            be010000c7da465e42e216ebdd5ca3479e0000009e0000001c00000103000200500102030405060708090a0b0c0d0e0f
            0a0000000000000001000000000000000a0461636d651208b007b007b007b00718c0843d2a010132010238020a027431
            0a026e310a0272310a026b310a0271310a0274321203050b071a041409de0722030201022a0301010632030202023a03
            00010342030303034a0304040452030102025a2011111111111111111111111111111111121212121212121212121212
            1212121262030102036a1821212121212121212222222222222222232323232323232372030209057a10080108051a05
            68656c6c6f08ea031001
            """.replaceAll("\\s", ""));

    private Samples() {}

    static byte[] id(int fill, int width) {
        byte[] id = new byte[width];
        java.util.Arrays.fill(id, (byte) fill);
        return id;
    }

    static Message metadata() {
        return new Message(Schema.METADATA).set("tenant", "acme").set("boot_nonce", id(7, 8)).set("base_time_us", 1_000L);
    }

    static FrameContent content(long base, Message metadata, List<NewRecord> records) {
        return new FrameContent(id(1, 16), base, 1, 0, OptionalInt.of(0), metadata, records);
    }

    /** A frame of so many heartbeats from a number on. */
    static byte[] heartbeats(long base, int count) {
        Message payload = new Message(Schema.HEARTBEAT);
        List<NewRecord> records = java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> NewRecord.of(6, 1_000 + i).payload(payload))
                .toList();
        return new FrameWriter(options(0)).encode(content(base, metadata(), records));
    }

    static WriterOptions options(int codec) {
        return new WriterOptions(codec, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** Makes the CRCs of a frame fit what it holds, so that damage reaches the checks behind them. */
    static void seal(byte[] frame) {
        int metadataLen = Bytes.u16(frame, 24);
        int bodyAt = Math.min(frame.length, Prelude.LENGTH + metadataLen);
        Bytes.put32(frame, 8, Bytes.crc(frame, Prelude.LENGTH, bodyAt - Prelude.LENGTH));
        Bytes.put32(frame, 12, Bytes.crc(frame, bodyAt, frame.length - bodyAt));
        Bytes.put32(frame, 4, Prelude.crc(frame, 0));
    }

    /** The exception that decoding ends with. */
    static DashStreamException refused(byte[] frame) {
        return org.junit.jupiter.api.Assertions.assertThrows(
                DashStreamException.class, () -> new FrameReader().decode(frame));
    }
}

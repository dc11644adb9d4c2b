package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dashstream.json.FrameJson;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged frames end with a typed error, or are read whole; nothing else comes out. */
class DamageTest {
    private static final int CASES = Integer.getInteger("dashstream.cases", 20_000);

    @Test
    void everyTruncationIsNoticed() {
        for (int length = 1; length < Samples.EXAMPLE.length; length++) {
            DashStreamException error = Samples.refused(Arrays.copyOf(Samples.EXAMPLE, length));
            assertEquals(length < 64 ? ErrorCode.SHORT_PRELUDE : ErrorCode.TRUNCATED, error.code());
            assertEquals(length, error.offset());
        }
    }

    @Test
    void everyBitFlipIsNoticed() {
        for (int bit = 0; bit < Samples.EXAMPLE.length * 8; bit++) {
            byte[] frame = Samples.EXAMPLE.clone();
            frame[bit / 8] ^= (byte) (1 << bit % 8);
            assertNotNull(Samples.refused(frame).requirement());
        }
    }

    @Test
    void damageUnderRightChecksumsIsATypedErrorOrAFrame() {
        int accepted = 0;
        for (int seed = 0; seed < CASES; seed++) {
            accepted += survives(new Random(seed), seed) ? 1 : 0;
        }
        assertTrue(accepted > 0 && accepted < CASES, accepted + " accepted");
    }

    private static boolean survives(Random random, int seed) {
        byte[] frame = new FrameWriter(Samples.options(seed % 3)).encode(new RandomContent(seed % 40).next());
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(8) == 0 ? 16 + random.nextInt(48) : 64 + random.nextInt(frame.length - 64);
            frame[at] = random.nextBoolean() ? (byte) (frame[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt(256);
        }
        Samples.seal(frame);
        String whole = outcome(() -> new FrameReader().decode(frame));
        assertEquals(whole, outcome(() -> inPieces(frame, random.nextInt(frame.length))), "seed " + seed);
        return whole.startsWith("{");
    }

    private static Frame inPieces(byte[] frame, int cut) {
        FrameDecoder decoder = new FrameReader().decoder();
        decoder.push(frame, 0, cut);
        decoder.push(frame, cut, frame.length - cut);
        return decoder.finish();
    }

    private static String outcome(java.util.function.Supplier<Frame> decode) {
        try {
            Frame frame = decode.get();
            Lints.of(frame);
            return FrameJson.of(frame);
        } catch (DashStreamException e) {
            return e.getMessage();
        }
    }
}

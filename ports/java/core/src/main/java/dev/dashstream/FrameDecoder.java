package dev.dashstream;

import java.util.Arrays;

/** Decodes one frame that comes in pieces. */
public final class FrameDecoder {
    private final FrameReader reader;
    private byte[] held = new byte[Prelude.LENGTH];
    private int length;
    private Prelude prelude;
    private DashStreamException failure;

    FrameDecoder(FrameReader reader) {
        this.reader = reader;
    }

    /** Takes a piece. What the bytes settle is reported at once, and again by every later call. */
    public void push(byte[] piece) {
        push(piece, 0, piece.length);
    }

    /** Takes a piece that stands in part of an array. */
    public void push(byte[] piece, int from, int count) {
        java.util.Objects.checkFromIndexSize(from, count, piece.length);
        guard(() -> take(piece, from, count));
    }

    /** Ends the input; returns the frame. */
    public Frame finish() {
        Frame[] frame = new Frame[1];
        guard(() -> frame[0] = reader.decode(held, 0, length));
        return frame[0];
    }

    private void guard(Runnable step) {
        if (failure != null) {
            throw failure;
        }
        try {
            step.run();
        } catch (DashStreamException e) {
            failure = e;
            held = Bytes.EMPTY;
            throw e;
        }
    }

    private void take(byte[] piece, int from, int count) {
        int used = 0;
        if (prelude == null) {
            used = fill(piece, from, count);
            if (length < Prelude.LENGTH) {
                return;
            }
            prelude = reader.prelude(held, 0, length);
            held = Arrays.copyOf(held, (int) prelude.frameLength());
        }
        used += fill(piece, from + used, count - used);
        // FRM-005: the first byte behind the frame settles it
        if (used < count) {
            throw new DashStreamException(ErrorCode.TRAILING, prelude.frameLength(), "FRM-005");
        }
    }

    private int fill(byte[] piece, int from, int count) {
        int used = Math.min(count, held.length - length);
        System.arraycopy(piece, from, held, length, used);
        length += used;
        return used;
    }
}

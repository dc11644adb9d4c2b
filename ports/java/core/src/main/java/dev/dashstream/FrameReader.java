package dev.dashstream;

import java.util.Arrays;

/** Decodes frames. It holds nothing but what its caller told it, and may be shared between threads. */
public final class FrameReader {
    private final Limits limits;
    private final String tenant;

    /** A reader without limits, for any tenant. */
    public FrameReader() {
        this(Limits.NONE, null);
    }

    /** A reader with limits; tenant is the one to expect, or null for any. */
    public FrameReader(Limits limits, String tenant) {
        this.limits = limits;
        this.tenant = tenant;
    }

    /** Decodes the bytes of exactly one frame. */
    public Frame decode(byte[] frame) {
        // KAF-001
        if (frame == null) {
            throw new DashStreamException(ErrorCode.NULL_VALUE, 0, "KAF-001");
        }
        return decode(frame, 0, frame.length);
    }

    /** Decodes exactly one frame that stands in part of an array. Nothing of the array is kept. */
    public Frame decode(byte[] b, int from, int length) {
        java.util.Objects.checkFromIndexSize(from, length, b.length);
        Prelude prelude = prelude(b, from, length);
        // FRM-004
        if (length < prelude.frameLength()) {
            throw new DashStreamException(ErrorCode.TRUNCATED, length, "FRM-004");
        }
        // FRM-005
        if (length > prelude.frameLength()) {
            throw new DashStreamException(ErrorCode.TRAILING, prelude.frameLength(), "FRM-005");
        }
        return rest(prelude, b, from);
    }

    /** A decoder for a frame that comes in pieces. */
    public FrameDecoder decoder() {
        return new FrameDecoder(this);
    }

    /** Makes every check that the prelude and the limits settle. */
    Prelude prelude(byte[] b, int from, int length) {
        Prelude prelude = Prelude.read(b, from, length);
        prelude.check();
        limits.check(prelude);
        return prelude;
    }

    private Frame rest(Prelude prelude, byte[] b, int from) {
        int metadataAt = from + Prelude.LENGTH;
        int metadataLen = prelude.metadataLen();
        // FRM-006
        if (Bytes.crc(b, metadataAt, metadataLen) != prelude.metadataCrc()) {
            throw new DashStreamException(ErrorCode.METADATA_CRC, 8, "FRM-006");
        }
        Metadata metadata = MetadataChecks.check(b, metadataAt, metadataLen, prelude.dropCount(), tenant);
        int bodyAt = metadataAt + metadataLen;
        int bodyLen = (int) prelude.bodyLen();
        // FRM-007
        if (Bytes.crc(b, bodyAt, bodyLen) != prelude.bodyCrc()) {
            throw new DashStreamException(ErrorCode.BODY_CRC, 12, "FRM-007");
        }
        byte[] raw = Codecs.unpack(prelude.codec(), b, bodyAt, bodyAt + bodyLen, bodyAt - from, (int) prelude.rawLen());
        BodyLayout body = BodyChecks.check(raw, prelude, metadata.baseTimeUs());
        byte[] metadataBytes = Arrays.copyOfRange(b, metadataAt, bodyAt);
        // FRM-008: the frame is made, and records with it, when every check has passed
        return new Frame(prelude, metadataBytes, metadata, body);
    }
}

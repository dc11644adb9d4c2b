package dev.dashstream;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** The first 64 bytes of a frame. */
public final class Prelude {
    /** Bytes of a prelude. */
    public static final int LENGTH = 64;

    static final int MAGIC = 0xBE;
    static final int MAX_METADATA_LEN = 16_384;
    static final int MAX_BODY_LEN = 8_388_608;
    static final int MAX_RAW_LEN = 8_388_608;

    private final byte[] bytes;

    private Prelude(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Makes the checks PRE-001 to PRE-004; where they pass, the fields can be read, and not yet believed. */
    static Prelude read(byte[] input, int from, int length) {
        // PRE-001
        if (length == 0) {
            throw new DashStreamException(ErrorCode.EMPTY, 0, "PRE-001");
        }
        // PRE-002
        if (Bytes.u8(input, from) != MAGIC) {
            throw new DashStreamException(ErrorCode.BAD_MAGIC, 0, "PRE-002");
        }
        // PRE-003
        if (length < LENGTH) {
            throw new DashStreamException(ErrorCode.SHORT_PRELUDE, length, "PRE-003");
        }
        // PRE-004
        if (!isInOrder(input, from)) {
            throw new DashStreamException(ErrorCode.PRELUDE_CRC, 4, "PRE-004");
        }
        return new Prelude(Arrays.copyOfRange(input, from, from + LENGTH));
    }

    /** Whether 64 bytes pass PRE-002 and PRE-004. */
    static boolean isInOrder(byte[] input, int from) {
        return Bytes.u8(input, from) == MAGIC && crc(input, from) == Bytes.u32(input, from + 4);
    }

    static Prelude of(byte[] bytes) {
        return new Prelude(bytes);
    }

    static long crc(byte[] b, int at) {
        CRC32C crc = new CRC32C();
        crc.update(b, at, 4);
        crc.update(b, at + 8, LENGTH - 8);
        return crc.getValue();
    }

    /** What is checked after PRE-004, for any codec. */
    void check() {
        checkSupport();
        checkLengths();
        checkCounts();
        checkIdentity();
    }

    private void checkSupport() {
        // PRE-005
        if (version() != 1) {
            throw fail(ErrorCode.VERSION, 1, "PRE-005");
        }
        // PRE-006
        if (criticalFlags() != 0) {
            throw fail(ErrorCode.CRITICAL_FLAG, 2, "PRE-006");
        }
        // PRE-007
        if (schema() != 1) {
            throw fail(ErrorCode.SCHEMA, 27, "PRE-007");
        }
        // PRE-008
        if (codec() > 2) {
            throw fail(ErrorCode.CODEC, 26, "PRE-008");
        }
    }

    private void checkLengths() {
        checkStoredLengths();
        // PRE-013
        if (rawLen() == 0) {
            throw fail(ErrorCode.RAW_LEN, 20, "PRE-013");
        }
        // PRE-014
        if (rawLen() > MAX_RAW_LEN) {
            throw fail(ErrorCode.RAW_LEN, 20, "PRE-014");
        }
        // PRE-015
        if (codec() == 0 && rawLen() != bodyLen()) {
            throw fail(ErrorCode.RAW_LEN, 20, "PRE-015");
        }
        // PRE-016
        if (codec() != 0 && bodyLen() >= rawLen()) {
            throw fail(ErrorCode.RAW_LEN, 20, "PRE-016");
        }
    }

    private void checkStoredLengths() {
        // PRE-009
        if (metadataLen() == 0) {
            throw fail(ErrorCode.METADATA_LEN, 24, "PRE-009");
        }
        // PRE-010
        if (metadataLen() > MAX_METADATA_LEN) {
            throw fail(ErrorCode.METADATA_LEN, 24, "PRE-010");
        }
        // PRE-011
        if (bodyLen() == 0) {
            throw fail(ErrorCode.BODY_LEN, 16, "PRE-011");
        }
        // PRE-012
        if (bodyLen() > MAX_BODY_LEN) {
            throw fail(ErrorCode.BODY_LEN, 16, "PRE-012");
        }
    }

    private void checkCounts() {
        // PRE-017
        if (recordCount() == 0) {
            throw fail(ErrorCode.COUNT, 28, "PRE-017");
        }
        // PRE-018
        if (recordCount() + 2 > rawLen()) {
            throw fail(ErrorCode.COUNT, 28, "PRE-018");
        }
        // PRE-019
        if (baseSequence() == 0) {
            throw fail(ErrorCode.SEQUENCE_RANGE, 48, "PRE-019");
        }
        // PRE-020: the base is compared first and without sign, so that the sum cannot wrap
        if (Long.compareUnsigned(baseSequence(), Bytes.MAX_53) > 0 || lastSequence() > Bytes.MAX_53) {
            throw fail(ErrorCode.SEQUENCE_RANGE, 48, "PRE-020");
        }
    }

    private void checkIdentity() {
        // PRE-021
        if (Bytes.allZero(bytes, 32, 48)) {
            throw fail(ErrorCode.IDENTITY, 32, "PRE-021");
        }
        // PRE-022
        if (epoch() == 0) {
            throw fail(ErrorCode.IDENTITY, 56, "PRE-022");
        }
        // PRE-023
        if (epoch() > Integer.MAX_VALUE) {
            throw fail(ErrorCode.IDENTITY, 56, "PRE-023");
        }
        // PRE-024
        if (lane() > Integer.MAX_VALUE) {
            throw fail(ErrorCode.IDENTITY, 60, "PRE-024");
        }
    }

    private static DashStreamException fail(ErrorCode code, int offset, String requirement) {
        return new DashStreamException(code, offset, requirement);
    }

    /** Whether range and counts can be believed, whatever version, flags, schema and codec say. */
    public boolean isCountable() {
        return passes(() -> {
            checkLengths();
            checkCounts();
            checkIdentity();
        });
    }

    /** Whether PRE-009 to PRE-012 pass, so that the end of the frame can be told. */
    boolean hasLengths() {
        return passes(this::checkStoredLengths);
    }

    private static boolean passes(Runnable checks) {
        try {
            checks.run();
            return true;
        } catch (DashStreamException e) {
            return false;
        }
    }

    /** Version of the frame. */
    public int version() {
        return Bytes.u8(bytes, 1);
    }

    /** What a reader has to know to decode the frame. */
    public int criticalFlags() {
        return Bytes.u8(bytes, 2);
    }

    /** What a reader may ignore. */
    public int ancillaryFlags() {
        return Bytes.u8(bytes, 3);
    }

    /** CRC32C of the metadata. */
    public long metadataCrc() {
        return Bytes.u32(bytes, 8);
    }

    /** CRC32C of the body as stored. */
    public long bodyCrc() {
        return Bytes.u32(bytes, 12);
    }

    /** Bytes of the body as stored. */
    public long bodyLen() {
        return Bytes.u32(bytes, 16);
    }

    /** Bytes of the body after decompression. */
    public long rawLen() {
        return Bytes.u32(bytes, 20);
    }

    /** Bytes of the metadata. */
    public int metadataLen() {
        return Bytes.u16(bytes, 24);
    }

    /** Number of the codec. */
    public int codec() {
        return Bytes.u8(bytes, 26);
    }

    /** Version of the record schema. */
    public int schema() {
        return Bytes.u8(bytes, 27);
    }

    /** Records in the body. */
    public int recordCount() {
        return Bytes.u16(bytes, 28);
    }

    /** Records of this range that were dropped before sending. */
    public int dropCount() {
        return Bytes.u16(bytes, 30);
    }

    /** The producer, 16 bytes; a copy. */
    public byte[] producerId() {
        return Arrays.copyOfRange(bytes, 32, 48);
    }

    /** First sequence number that the frame covers. */
    public long baseSequence() {
        return Bytes.u64(bytes, 48);
    }

    /** Opening of the producer's state. */
    public long epoch() {
        return Bytes.u32(bytes, 56);
    }

    /** Lane within the producer. */
    public long lane() {
        return Bytes.u32(bytes, 60);
    }

    /** How many sequence numbers the frame covers. */
    public int span() {
        return recordCount() + dropCount();
    }

    /** Last sequence number that the frame covers. */
    public long lastSequence() {
        return baseSequence() + span() - 1;
    }

    /** Bytes of the whole frame. */
    public long frameLength() {
        return LENGTH + metadataLen() + bodyLen();
    }
}

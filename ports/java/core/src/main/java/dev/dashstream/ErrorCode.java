package dev.dashstream;

/** The codes of the registry of errors, in the order of the checks. */
public enum ErrorCode {
    /** There is no value at all (a Kafka tombstone). */
    NULL_VALUE(1, ErrorClass.PRODUCER_BUG),
    /** There is a value and it has no bytes. */
    EMPTY(2, ErrorClass.CORRUPT),
    /** The first byte is not BE. */
    BAD_MAGIC(3, ErrorClass.CORRUPT),
    /** Fewer than 64 bytes. */
    SHORT_PRELUDE(4, ErrorClass.CORRUPT),
    /** prelude_crc does not match the prelude. */
    PRELUDE_CRC(5, ErrorClass.CORRUPT),
    /** A version that the reader does not know. */
    VERSION(6, ErrorClass.UNSUPPORTED),
    /** A critical flag that the reader does not support. */
    CRITICAL_FLAG(7, ErrorClass.UNSUPPORTED),
    /** A record schema version that the reader does not know. */
    SCHEMA(8, ErrorClass.UNSUPPORTED),
    /** A codec that the reader does not know or was built without. */
    CODEC(9, ErrorClass.UNSUPPORTED),
    /** metadata_len is out of its range. */
    METADATA_LEN(10, ErrorClass.PRODUCER_BUG),
    /** body_len is out of its range. */
    BODY_LEN(11, ErrorClass.PRODUCER_BUG),
    /** raw_len is out of its range or does not fit body_len and codec. */
    RAW_LEN(12, ErrorClass.PRODUCER_BUG),
    /** record_count is 0 or cannot fit raw_len. */
    COUNT(13, ErrorClass.PRODUCER_BUG),
    /** base_sequence is 0, or the range passes 2^53 - 1. */
    SEQUENCE_RANGE(14, ErrorClass.PRODUCER_BUG),
    /** producer_id is all zero, epoch is out of its range, or lane is. */
    IDENTITY(15, ErrorClass.PRODUCER_BUG),
    /** The frame is valid so far and larger than this reader was told to accept, or this writer to make. */
    LOCAL_LIMIT(16, ErrorClass.LIMIT),
    /** Fewer bytes than the prelude announces. */
    TRUNCATED(17, ErrorClass.CORRUPT),
    /** More bytes than the prelude announces. */
    TRAILING(18, ErrorClass.CORRUPT),
    /** metadata_crc does not match the metadata. */
    METADATA_CRC(19, ErrorClass.CORRUPT),
    /** The metadata fails the wire scan. */
    METADATA_WIRE(20, ErrorClass.PRODUCER_BUG),
    /** A metadata field is missing or out of its range. */
    METADATA_FIELD(21, ErrorClass.PRODUCER_BUG),
    /** The frame belongs to another tenant than the reader was told to expect. */
    TENANT_MISMATCH(22, ErrorClass.PRODUCER_BUG),
    /** body_crc does not match the stored body. */
    BODY_CRC(23, ErrorClass.CORRUPT),
    /** The stored body breaks the profile of its codec. */
    CODEC_PROFILE(24, ErrorClass.PRODUCER_BUG),
    /** The stored body does not decompress to exactly raw_len bytes. */
    DECOMPRESS(25, ErrorClass.PRODUCER_BUG),
    /** The body fails the wire scan. */
    BODY_WIRE(26, ErrorClass.PRODUCER_BUG),
    /** Too many strings, an empty one, or one that is too long. */
    STRING_TABLE(27, ErrorClass.PRODUCER_BUG),
    /** A column does not hold record_count values, or kind is missing. */
    COLUMN_LEN(28, ErrorClass.PRODUCER_BUG),
    /** A record has kind 0. */
    KIND_ZERO(29, ErrorClass.PRODUCER_BUG),
    /** A ref in a column points past the string table. */
    STRING_REF(30, ErrorClass.PRODUCER_BUG),
    /** trace_ids or span_ids has a wrong length, too many ids, or an id that is all zero. */
    ID_TABLE(31, ErrorClass.PRODUCER_BUG),
    /** A trace_ref or span_ref points past its table. */
    ID_REF(32, ErrorClass.PRODUCER_BUG),
    /** A sequence_delta is 0, or the running sum passes the range of the frame. */
    SEQUENCE_DELTA(33, ErrorClass.PRODUCER_BUG),
    /** A running time leaves 0..2^53-1. */
    TIME_RANGE(34, ErrorClass.PRODUCER_BUG),
    /** A parent_delta reaches before sequence number 1. */
    PARENT_RANGE(35, ErrorClass.PRODUCER_BUG),
    /** The payload lengths do not sum to the length of payloads. */
    PAYLOAD_LEN(36, ErrorClass.PRODUCER_BUG),
    /** A record has an even kind that the reader does not know. */
    UNKNOWN_CRITICAL_KIND(37, ErrorClass.UNSUPPORTED),
    /** A payload fails the wire scan, holds a bad ref, or breaks a rule of its message. */
    PAYLOAD(38, ErrorClass.PRODUCER_BUG),
    /** A compression level outside the range of its codec. */
    LEVEL(39, ErrorClass.USAGE),
    /** Input that has no place in a frame: a repeated or descending sequence number, a trace that cannot be left out, a value of the wrong type. */
    INPUT(40, ErrorClass.USAGE),
    /** The signature of a file of frames is missing or damaged. */
    FILE_SIGNATURE(41, ErrorClass.CORRUPT),
    /** A sync marker is missing or damaged. */
    FILE_MARKER(42, ErrorClass.CORRUPT),
    /** The file goes on after its last accepted frame, and no accepted frame follows. */
    TORN_TAIL(43, ErrorClass.CORRUPT);

    private final int number;
    private final ErrorClass errorClass;

    ErrorCode(int number, ErrorClass errorClass) {
        this.number = number;
        this.errorClass = errorClass;
    }

    /** The number of the code in the registry. */
    public int number() {
        return number;
    }

    /** What to do with the input. */
    public ErrorClass errorClass() {
        return errorClass;
    }
}

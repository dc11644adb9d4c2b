package dev.dashstream;

/** Why a record was rejected; its siblings are delivered. The offset counts in the decompressed body. */
public record RecordError(ErrorCode code, int offset, String requirement) {}

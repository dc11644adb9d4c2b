package dev.dashstream;

/** What a file reader found; positions count from the beginning of the file. */
public sealed interface FileEvent {
    /** An entry: marker and frame, or the frame alone where its marker is damaged. */
    record Accepted(long start, long end, Frame frame) implements FileEvent {}

    /** Bytes that are part of no accepted entry. */
    record Skipped(long start, long end, ErrorCode code) implements FileEvent {}

    /** A frame that failed, by the start of its prelude; its bytes lie in skipped ranges. */
    record Rejected(long start, Prelude prelude, DashStreamException error) implements FileEvent {}

    /** TORN_TAIL: the file goes on after its last accepted frame. It comes last. */
    record TornTail(long at) implements FileEvent {}
}

package dev.dashstream;

/** What to do with input that was rejected. */
public enum ErrorClass {
    /** Bytes were changed or cut. */
    CORRUPT,
    /** A newer reader may manage. */
    UNSUPPORTED,
    /** This reader was told to refuse it. */
    LIMIT,
    /** The bytes are as the writer made them, and wrong. */
    PRODUCER_BUG,
    /** The caller of a writer made a mistake. */
    USAGE
}

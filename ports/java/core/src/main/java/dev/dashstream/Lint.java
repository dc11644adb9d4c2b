package dev.dashstream;

/** Deviations from the tidy form that a reader accepts. */
public enum Lint {
    /** A tag, length or value takes more bytes than it needs. */
    NON_MINIMAL_VARINT,
    /** Fields of a message do not ascend. */
    FIELD_ORDER,
    /** A singular field carries its default, or a column nothing but defaults. */
    EXPLICIT_DEFAULT,
    /** A field that the schema does not have. */
    UNKNOWN_FIELD,
    /** The string table holds one string twice. */
    DUPLICATE_STRING,
    /** No column and no payload refers to a string of the table. */
    UNUSED_STRING,
    /** An ancillary flag other than GREASE is set. */
    ANCILLARY_BIT
}

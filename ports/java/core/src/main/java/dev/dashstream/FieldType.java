package dev.dashstream;

/** The types that the schemas use. */
public enum FieldType {
    UINT32(0), UINT64(0), SINT64(0), BOOL(0), DOUBLE(1), FIXED32(5), STRING(2), BYTES(2), MESSAGE(2);

    /** The wire type of a singular field. */
    final int wireType;

    FieldType(int wireType) {
        this.wireType = wireType;
    }
}

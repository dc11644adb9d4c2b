package dev.dashstream;

/** A field of a schema. */
public final class Field {
    private final int number;
    private final String name;
    private final FieldType type;
    private final boolean repeated;
    private final MessageType message;
    private final boolean ref;
    private final String key;
    final int wireType;
    final boolean packed;
    /** The place of the value in a {@link Message}; set by the message type. */
    int index;

    private Field(int number, String name, FieldType type, boolean repeated, MessageType message) {
        this.number = number;
        this.name = name;
        this.type = type;
        this.repeated = repeated;
        this.message = message;
        this.packed = repeated && type.wireType != 2;
        this.wireType = packed ? 2 : type.wireType;
        this.ref = name.endsWith("_ref") && message == null;
        this.key = ref ? name.substring(0, name.length() - 4) : name;
    }

    static Field singular(int number, String name, FieldType type) {
        return new Field(number, name, type, false, null);
    }

    static Field singular(int number, String name, FieldType type, MessageType message) {
        return new Field(number, name, type, false, message);
    }

    static Field repeated(int number, String name, FieldType type) {
        return new Field(number, name, type, true, null);
    }

    static Field repeated(int number, String name, FieldType type, MessageType message) {
        return new Field(number, name, type, true, message);
    }

    /** The number of the field. */
    public int number() {
        return number;
    }

    /** The name in the schema. */
    public String name() {
        return name;
    }

    /** The name in the JSON form and in a {@link Message}: without {@code _ref}. */
    public String key() {
        return key;
    }

    /** The type of a value. */
    public FieldType type() {
        return type;
    }

    /** Whether the field is repeated. */
    public boolean isRepeated() {
        return repeated;
    }

    /** Whether a value is a ref into the frame's string table. */
    public boolean isRef() {
        return ref;
    }

    /** The type of a nested message, or null. */
    public MessageType message() {
        return message;
    }
}

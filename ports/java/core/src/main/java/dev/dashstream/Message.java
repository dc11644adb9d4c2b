package dev.dashstream;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A message by its schema. Whole numbers are Long, the others Boolean, Double, String, byte[] and Message; a repeated
 * field is a List. A ref is the string that it refers to, or null, under the field's name without {@code _ref}.
 */
public final class Message {
    private final MessageType type;
    private final Object[] values;

    /** A message in which every field has its default. */
    public Message(MessageType type) {
        this.type = Objects.requireNonNull(type);
        this.values = new Object[type.fields().size()];
    }

    /** The schema. */
    public MessageType type() {
        return type;
    }

    /** The value of a field, or null where it has its default. */
    public Object get(String key) {
        return values[field(key).index];
    }

    /** The value of a field of whole numbers. */
    public long number(String key) {
        Object value = get(key);
        return value == null ? 0 : (Long) value;
    }

    /** The value of a field of texts, or of a ref; empty where there is none. */
    public String text(String key) {
        Object value = get(key);
        return value == null ? "" : (String) value;
    }

    /** The value of a field of bytes. */
    public byte[] bytes(String key) {
        Object value = get(key);
        return value == null ? Bytes.EMPTY : (byte[]) value;
    }

    /** The values of a repeated field. */
    public List<?> list(String key) {
        Object value = get(key);
        return value == null ? List.of() : (List<?>) value;
    }

    /** Sets a field; null is its default. */
    public Message set(String key, Object value) {
        Field field = field(key);
        values[field.index] = value == null ? null : checked(field, value);
        return this;
    }

    private Field field(String key) {
        Field field = type.field(key);
        if (field == null) {
            throw new IllegalArgumentException(type.name() + " has no field " + key);
        }
        return field;
    }

    private static Object checked(Field field, Object value) {
        if (field.isRepeated()) {
            List<?> list = (List<?>) value;
            list.forEach(one -> {
                if (one != null || !field.isRef()) {
                    single(field, one);
                }
            });
            return list;
        }
        return single(field, value);
    }

    private static Object single(Field field, Object value) {
        if (field.isRef()) {
            return (String) value;
        }
        return switch (field.type()) {
            case UINT32, UINT64, SINT64, FIXED32 -> (Long) Objects.requireNonNull(value);
            case BOOL -> (Boolean) Objects.requireNonNull(value);
            case DOUBLE -> (Double) Objects.requireNonNull(value);
            case STRING -> (String) Objects.requireNonNull(value);
            case BYTES -> (byte[]) Objects.requireNonNull(value);
            case MESSAGE -> (Message) Objects.requireNonNull(value);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message message && type == message.type && Arrays.deepEquals(values, message.values);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
        StringJoiner fields = new StringJoiner(", ", type.name() + "{", "}");
        for (Field field : type.fields()) {
            Object value = at(field);
            if (value != null) {
                fields.add(field.key() + "=" + (value instanceof byte[] bytes ? Bytes.hex(bytes) : value));
            }
        }
        return fields.toString();
    }

    Object at(Field field) {
        return values[field.index];
    }

    void put(Field field, Object value) {
        values[field.index] = value;
    }
}

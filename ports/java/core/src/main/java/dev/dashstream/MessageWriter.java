package dev.dashstream;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes messages in the tidy form. */
final class MessageWriter {
    private final StringTable strings;

    /** For a message without refs the table may be null. */
    MessageWriter(StringTable strings) {
        this.strings = strings;
    }

    /** Text that is no Unicode is refused: nothing stands in place of a lone surrogate. */
    static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(bytes.array(), bytes.limit());
        } catch (CharacterCodingException e) {
            throw DashStreamException.refuse(ErrorCode.INPUT, "JSON-002", "text that is not Unicode");
        }
    }

    void write(Message message, Buffer out) {
        for (Field field : message.type().fields()) {
            Object value = message.at(field);
            if (value == null) {
                continue;
            }
            if (field.isRepeated()) {
                repeated(field, (List<?>) value, out);
            } else {
                singular(field, value, out);
            }
        }
    }

    private void repeated(Field field, List<?> values, Buffer out) {
        if (!field.packed) {
            for (Object value : values) {
                delimited(field, value, out);
            }
        } else if (!values.isEmpty()) {
            Buffer packed = new Buffer();
            for (Object value : values) {
                scalar(field, bits(field, value), packed);
            }
            out.delimited(field.number(), packed);
        }
    }

    private void singular(Field field, Object value, Buffer out) {
        if (field.wireType == 2) {
            if (!isEmpty(value)) {
                delimited(field, value, out);
            }
            return;
        }
        long bits = bits(field, value);
        if (bits != 0) {
            out.tag(field.number(), field.wireType);
            scalar(field, bits, out);
        }
    }

    /** A message that is present says something, be it empty. */
    private static boolean isEmpty(Object value) {
        return value instanceof String text && text.isEmpty() || value instanceof byte[] bytes && bytes.length == 0;
    }

    private void delimited(Field field, Object value, Buffer out) {
        if (value instanceof Message message) {
            Buffer nested = new Buffer();
            nested(field, message, nested);
            out.delimited(field.number(), nested);
        } else {
            out.delimited(field.number(), value instanceof String text ? utf8(text) : (byte[]) value);
        }
    }

    private void nested(Field field, Message message, Buffer out) {
        if (message.type() != field.message()) {
            throw DashStreamException.refuse(ErrorCode.INPUT, "JSON-002", field.name() + " holds another message");
        }
        write(message, out);
    }

    private long bits(Field field, Object value) {
        if (field.isRef()) {
            return strings.ref((String) value);
        }
        return switch (field.type()) {
            case BOOL -> (Boolean) value ? 1 : 0;
            case DOUBLE -> Double.doubleToRawLongBits((Double) value);
            case SINT64 -> Varints.zigzag((Long) value);
            default -> (Long) value;
        };
    }

    private static void scalar(Field field, long bits, Buffer out) {
        switch (field.type()) {
            case DOUBLE -> out.fixed64(bits);
            case FIXED32 -> fixed32(field, bits, out);
            default -> out.varint(bits);
        }
    }

    private static void fixed32(Field field, long bits, Buffer out) {
        if (bits >>> 32 != 0) {
            throw DashStreamException.refuse(ErrorCode.INPUT, "JSON-002", field.name() + " is above 2^32 - 1");
        }
        out.fixed32(bits);
    }
}

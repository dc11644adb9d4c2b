package dev.dashstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** Makes a message of bytes that the wire scan has passed. */
final class MessageReader {
    private final byte[] b;
    private final IntFunction<String> strings;

    MessageReader(byte[] b, IntFunction<String> strings) {
        this.b = b;
        this.strings = strings;
    }

    Message read(MessageType type, int from, int to) {
        Message message = new Message(type);
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            Field field = type.field(at.number);
            if (field != null) {
                take(message, field, at);
            }
        }
        return message;
    }

    private void take(Message message, Field field, Fields at) {
        if (field.packed) {
            message.put(field, packed(field, at));
        } else if (field.isRepeated()) {
            @SuppressWarnings("unchecked")
            List<Object> list = (List<Object>) message.at(field);
            if (list == null) {
                list = new ArrayList<>();
                message.put(field, list);
            }
            list.add(delimited(field, at));
        } else if (field.wireType == 2) {
            message.put(field, at.length() == 0 && field.type() != FieldType.MESSAGE ? null : delimited(field, at));
        } else {
            message.put(field, at.value == 0 ? null : scalar(field, at.value));
        }
    }

    private Object scalar(Field field, long bits) {
        return switch (field.type()) {
            case BOOL -> bits != 0;
            case DOUBLE -> Double.longBitsToDouble(bits);
            case SINT64 -> Varints.unzigzag(bits);
            default -> field.isRef() ? strings.apply((int) bits) : (Object) bits;
        };
    }

    private Object delimited(Field field, Fields at) {
        return switch (field.type()) {
            case STRING -> new String(b, at.start, at.length(), StandardCharsets.UTF_8);
            case BYTES -> Arrays.copyOfRange(b, at.start, at.end);
            default -> read(field.message(), at.start, at.end);
        };
    }

    private List<Object> packed(Field field, Fields at) {
        if (at.length() == 0) {
            return null;
        }
        List<Object> list = new ArrayList<>();
        if (field.type() == FieldType.DOUBLE) {
            for (int i = at.start; i < at.end; i += 8) {
                list.add(Double.longBitsToDouble(Bytes.u64(b, i)));
            }
            return list;
        }
        Varints values = new Varints(b, at.start, at.end);
        while (values.hasNext()) {
            list.add(scalar(field, values.next()));
        }
        return list;
    }
}

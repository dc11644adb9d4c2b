package dev.dashstream.json;

import dev.dashstream.Field;
import dev.dashstream.FieldType;
import dev.dashstream.Message;
import dev.dashstream.MessageType;
import dev.dashstream.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the JSON form of messages. */
final class MessageJson {
    private MessageJson() {}

    static Message ofKind(long kind, Object json) {
        MessageType type = Schema.ofKind(kind);
        if (type == null) {
            throw JsonValues.refuse("a payload for a kind that is not in the registry");
        }
        return read(type, json);
    }

    static Message read(MessageType type, Object json) {
        Map<String, Object> object = JsonValues.object(json);
        Message message = new Message(type);
        if (object.containsKey("text") && object.containsKey("text_hex")) {
            throw JsonValues.refuse("text beside text_hex");
        }
        object.forEach((key, value) -> take(message, key, value));
        return message;
    }

    private static void take(Message message, String key, Object value) {
        Field field = message.type().field(key);
        Field text = message.type().field("text");
        if (key.equals("text_hex") && isText(text)) {
            message.set("text", JsonValues.hex(value));
        } else if (field == null) {
            throw JsonValues.refuse(message.type().name() + " has no key " + key);
        } else if (isText(field)) {
            message.set(key, bytes(JsonValues.string(value)));
        } else if (field.isRepeated()) {
            message.set(key, list(field, JsonValues.array(value)));
        } else {
            message.set(key, value(field, value));
        }
    }

    private static boolean isText(Field field) {
        return field != null && field.key().equals("text") && field.type() == FieldType.BYTES;
    }

    private static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
            if (Character.isSurrogate(text.charAt(i)) && !pair) {
                throw JsonValues.refuse("text that is not Unicode");
            }
            i += pair ? 1 : 0;
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Object> list(Field field, List<Object> json) {
        List<Object> values = new ArrayList<>();
        for (Object one : json) {
            values.add(one == null && field.isRef() ? null : value(field, one));
        }
        return values;
    }

    private static Object value(Field field, Object json) {
        if (field.isRef()) {
            return JsonValues.string(json);
        }
        return switch (field.type()) {
            case UINT32 -> JsonValues.number(json, -1L);
            case FIXED32 -> JsonValues.number(json, 0xffffffffL);
            case UINT64 -> JsonValues.unsigned(json);
            case SINT64 -> JsonValues.signed(json);
            case BOOL -> JsonValues.bool(json);
            case DOUBLE -> JsonValues.real(json);
            case STRING -> JsonValues.string(json);
            case BYTES -> JsonValues.hex(json);
            case MESSAGE -> read(field.message(), json);
        };
    }
}

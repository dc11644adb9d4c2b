package dev.dashstream.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON (RFC 8259) into Map, List, String, {@link JsonNumber}, Boolean and null. A key that is twice is refused. */
public final class JsonParser {
    private static final int MAX_DEPTH = 200;

    private final String text;
    private int pos;
    private int depth;

    private JsonParser(String text) {
        this.text = text;
    }

    /** Parses one value and nothing behind it. */
    public static Object parse(String text) {
        JsonParser parser = new JsonParser(text);
        Object value = parser.value();
        parser.space();
        if (parser.pos < text.length()) {
            throw parser.fail("something behind the value");
        }
        return value;
    }

    private JsonException fail(String message) {
        return new JsonException(message, pos);
    }

    private void space() {
        while (pos < text.length() && " \t\r\n".indexOf(text.charAt(pos)) >= 0) {
            pos++;
        }
    }

    private char peek() {
        space();
        if (pos >= text.length()) {
            throw fail("the text ends");
        }
        return text.charAt(pos);
    }

    private boolean take(char c) {
        if (peek() != c) {
            return false;
        }
        pos++;
        return true;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw fail("expected " + c);
        }
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> nested(true);
            case '[' -> nested(false);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object nested(boolean object) {
        if (++depth > MAX_DEPTH) {
            throw fail("too deep");
        }
        pos++;
        Object value = object ? object() : array();
        depth--;
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        if (take('}')) {
            return object;
        }
        do {
            if (peek() != '"') {
                throw fail("expected a key");
            }
            String key = string();
            expect(':');
            if (object.containsKey(key)) {
                throw fail("the key " + key + " is twice in one object");
            }
            object.put(key, value());
        } while (take(','));
        expect('}');
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        if (take(']')) {
            return array;
        }
        do {
            array.add(value());
        } while (take(','));
        expect(']');
        return array;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, pos)) {
            throw fail("expected " + word);
        }
        pos += word.length();
        return value;
    }

    private JsonNumber number() {
        int from = pos;
        skip('-');
        if (!skip('0')) {
            digits();
        }
        if (skip('.')) {
            digits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            digits();
        }
        return new JsonNumber(text.substring(from, pos));
    }

    private boolean skip(char c) {
        boolean there = pos < text.length() && text.charAt(pos) == c;
        pos += there ? 1 : 0;
        return there;
    }

    private void digits() {
        int from = pos;
        while (pos < text.length() && text.charAt(pos) >= '0' && text.charAt(pos) <= '9') {
            pos++;
        }
        if (pos == from) {
            throw fail("expected a digit");
        }
    }

    private String string() {
        pos++;
        int from = pos;
        StringBuilder out = null;
        while (true) {
            if (pos >= text.length()) {
                throw fail("the text ends");
            }
            char c = text.charAt(pos);
            if (c == '"') {
                String rest = text.substring(from, pos++);
                return out == null ? rest : out.append(rest).toString();
            }
            if (c < 0x20) {
                throw fail("a control character in a string");
            }
            if (c == '\\') {
                out = (out == null ? new StringBuilder() : out).append(text, from, pos);
                out.append(escape());
                from = pos;
            } else {
                pos++;
            }
        }
    }

    private char escape() {
        pos++;
        char c = pos < text.length() ? text.charAt(pos++) : 0;
        int simple = "\"\\/bfnrt".indexOf(c);
        if (simple >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(simple);
        }
        if (c != 'u' || pos + 4 > text.length()) {
            throw fail("an unknown escape");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(pos++), 16);
            if (digit < 0) {
                throw fail("expected a hexadecimal digit");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }
}

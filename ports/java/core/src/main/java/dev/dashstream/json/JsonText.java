package dev.dashstream.json;

/** Writes JSON. Commas are set where they are needed. */
public final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private boolean comma;

    private JsonText separate() {
        if (comma) {
            out.append(',');
        }
        comma = false;
        return this;
    }

    /** Begins an object. */
    public JsonText object() {
        separate().out.append('{');
        return this;
    }

    /** Ends an object. */
    public JsonText endObject() {
        out.append('}');
        comma = true;
        return this;
    }

    /** Begins an array. */
    public JsonText array() {
        separate().out.append('[');
        return this;
    }

    /** Ends an array. */
    public JsonText endArray() {
        out.append(']');
        comma = true;
        return this;
    }

    /** Writes a key. */
    public JsonText key(String key) {
        string(key);
        out.append(':');
        comma = false;
        return this;
    }

    /** Writes what is JSON already. */
    public JsonText raw(Object value) {
        separate().out.append(value);
        comma = true;
        return this;
    }

    /** Writes a number as a string of digits. */
    public JsonText digits(long value) {
        separate().out.append('"').append(value).append('"');
        comma = true;
        return this;
    }

    /** Writes a string. */
    public JsonText string(String value) {
        separate().out.append('"');
        for (int i = 0; i < value.length(); i++) {
            character(value.charAt(i));
        }
        out.append('"');
        comma = true;
        return this;
    }

    private void character(char c) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (c < 0x20 || c == 0x7f) {
            out.append(String.format("\\u%04x", (int) c));
        } else {
            out.append(c);
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}

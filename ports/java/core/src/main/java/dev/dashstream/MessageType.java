package dev.dashstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A message of the schemas. */
public final class MessageType {
    private final String name;
    private final List<Field> fields;
    private final Field[] byNumber;
    private final Map<String, Field> byKey = new HashMap<>();

    private MessageType(String name, Field[] fields) {
        this.name = name;
        this.fields = List.of(fields);
        int highest = fields.length == 0 ? 0 : fields[fields.length - 1].number();
        this.byNumber = new Field[highest + 1];
        for (int i = 0; i < fields.length; i++) {
            fields[i].index = i;
            byNumber[fields[i].number()] = fields[i];
            byKey.put(fields[i].key(), fields[i]);
        }
    }

    static MessageType of(String name, Field... fields) {
        return new MessageType(name, fields);
    }

    /** The name in the schema. */
    public String name() {
        return name;
    }

    /** The fields, by number. */
    public List<Field> fields() {
        return fields;
    }

    /** The field of a number, or null. */
    public Field field(int number) {
        return number < byNumber.length && number >= 0 ? byNumber[number] : null;
    }

    /** The field of a key of the JSON form, or null. */
    public Field field(String key) {
        return byKey.get(key);
    }
}

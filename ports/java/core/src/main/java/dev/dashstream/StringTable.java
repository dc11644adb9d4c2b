package dev.dashstream;

import java.util.HashMap;
import java.util.Map;

/** The string table of a frame that is being made: each string once, in the order in which it is first needed. */
final class StringTable {
    private final Map<String, Integer> refs = new HashMap<>();
    private final Buffer out;

    /** The strings are written to the body as they come. */
    StringTable(Buffer out) {
        this.out = out;
    }

    /** The ref of a string; 0 for null. An empty string gets a ref too, and the body's checks refuse it. */
    long ref(String string) {
        if (string == null) {
            return 0;
        }
        Integer known = refs.get(string);
        if (known != null) {
            return known;
        }
        out.delimited(BodyLayout.STRINGS, MessageWriter.utf8(string));
        refs.put(string, refs.size() + 1);
        return refs.size();
    }
}

package dev.dashstream.testee;

import dev.dashstream.json.JsonNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The keys of a question. */
record Question(Map<?, ?> keys) {
    boolean has(String key) {
        return keys.containsKey(key);
    }

    String text(String key) {
        return (String) keys.get(key);
    }

    OptionalLong number(String key) {
        Object value = keys.get(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(((JsonNumber) value).text()));
    }

    Question nested(String key) {
        Object value = keys.get(key);
        return new Question(value == null ? Map.of() : (Map<?, ?>) value);
    }

    List<Question> list(String key) {
        return ((List<?>) keys.get(key)).stream().map(one -> new Question((Map<?, ?>) one)).toList();
    }

    /** Bytes that stand there as base64, or in a file that key_path names; null where they are null. */
    byte[] bytes(String key) throws IOException {
        if (has(key + "_path")) {
            return Files.readAllBytes(Path.of(text(key + "_path")));
        }
        String value = text(key);
        return value == null ? null : Base64.getDecoder().decode(value);
    }

    /** The lengths of the pieces in which to feed so many bytes; what is left is the last one. */
    int[] pieces(int length) {
        List<?> given = (List<?>) keys.get("pieces");
        int[] pieces = new int[given.size() + 1];
        int left = length;
        for (int i = 0; i < given.size(); i++) {
            pieces[i] = (int) Math.min(left, Long.parseLong(((JsonNumber) given.get(i)).text()));
            left -= pieces[i];
        }
        pieces[given.size()] = left;
        return pieces;
    }
}

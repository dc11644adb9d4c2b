package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What is kept by hand is what the schemas and the registries say. */
@EnabledIf("haveRepository")
class RegistryTest {
    private static final Path SCHEMAS = Path.of("../../../proto/proto/dashstream/v1");
    private static final Path REGISTRIES = Path.of("../../../spec/registry");
    private static final Pattern MESSAGE = Pattern.compile("(?ms)^message (\\w+) \\{(.*?)^\\}");
    private static final Pattern FIELD = Pattern.compile("(?m)^\\s+(repeated )?(\\w+) (\\w+) = (\\d+);");

    static boolean haveRepository() {
        return Files.isDirectory(SCHEMAS) && Files.isDirectory(REGISTRIES);
    }

    @Test
    void messagesAreThoseOfTheSchemas() throws IOException, IllegalAccessException {
        Map<String, List<String>> expected = new TreeMap<>();
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            for (Path file : files.toList()) {
                Matcher message = MESSAGE.matcher(Files.readString(file));
                while (message.find()) {
                    expected.put(message.group(1), fields(message.group(2)));
                }
            }
        }
        Map<String, List<String>> found = new TreeMap<>();
        for (Field constant : Schema.class.getDeclaredFields()) {
            if (constant.getType() == MessageType.class) {
                MessageType type = (MessageType) constant.get(null);
                found.put(type.name(), type.fields().stream().map(RegistryTest::text).toList());
            }
        }
        assertTrue(expected.size() > 30, expected.size() + " messages");
        assertEquals(expected, found);
    }

    private static List<String> fields(String body) {
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(body);
        while (field.find()) {
            String repeated = field.group(1) == null ? "" : field.group(1);
            fields.add(field.group(4) + " " + repeated + field.group(2) + " " + field.group(3));
        }
        return fields;
    }

    private static String text(dev.dashstream.Field field) {
        String type = field.message() == null ? field.type().name().toLowerCase(java.util.Locale.ROOT) : field.message().name();
        return field.number() + " " + (field.isRepeated() ? "repeated " : "") + type + " " + field.name();
    }

    @Test
    void kindsAreThoseOfTheRegistry() throws IOException {
        List<Map<String, String>> kinds = entries("kinds");
        for (Map<String, String> kind : kinds) {
            long number = Long.parseLong(kind.get("number"));
            assertEquals(kind.get("message"), Schema.ofKind(number).name());
            assertEquals(kind.get("class").equals("control"), Schema.isControl((int) number), kind.get("name"));
        }
        long known = Stream.iterate(0L, number -> number + 1).limit(4_096).filter(number -> Schema.ofKind(number) != null).count();
        assertEquals(kinds.size(), known);
    }

    @Test
    void codesAreThoseOfTheRegistry() throws IOException {
        List<String> expected = entries("errors").stream()
                .map(error -> error.get("number") + " " + error.get("code") + " " + error.get("class")).toList();
        List<String> found = Stream.of(ErrorCode.values()).map(code -> code.number() + " " + code + " "
                + code.errorClass().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')).toList();
        assertEquals(expected, found);
    }

    @Test
    void verdictsAreThoseOfTheRegistry() throws IOException {
        List<String> expected = entries("verdicts").stream().map(verdict -> verdict.get("name")).toList();
        assertEquals(expected, Stream.of(Verdict.Name.values()).map(Enum::name).toList());
    }

    /** The entries of a registry: lines of the form {@code key = value} under lines of the form {@code [[name]]}. */
    private static List<Map<String, String>> entries(String registry) throws IOException {
        List<Map<String, String>> entries = new ArrayList<>();
        for (String line : Files.readAllLines(REGISTRIES.resolve(registry + ".toml"))) {
            int equals = line.indexOf(" = ");
            if (line.startsWith("[[")) {
                entries.add(new TreeMap<>());
            } else if (equals > 0 && !line.startsWith("#")) {
                entries.get(entries.size() - 1).put(line.substring(0, equals), line.substring(equals + 3).replace("\"", ""));
            }
        }
        assertTrue(entries.size() > 10, registry + ": " + entries.size() + " entries");
        return entries;
    }
}

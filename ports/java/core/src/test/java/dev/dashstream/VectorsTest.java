package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dashstream.json.JsonNumber;
import dev.dashstream.json.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The vectors of decode, by verdict; the conformance runner compares content too. */
@EnabledIf("haveVectors")
class VectorsTest {
    private static final Path VECTORS = Path.of("../../../vectors/json");

    static boolean haveVectors() {
        return Files.isDirectory(VECTORS);
    }

    @Test
    void everyVerdictIsThatOfTheVector() throws IOException {
        int count = 0;
        try (Stream<Path> files = Files.walk(VECTORS)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
                count += check((Map<?, ?>) JsonParser.parse(Files.readString(file))) ? 1 : 0;
            }
        }
        assertTrue(count > 1_000, count + " vectors");
    }

    private static boolean check(Map<?, ?> vector) {
        if (!vector.get("operation").equals("decode")) {
            return false;
        }
        Map<?, ?> expect = (Map<?, ?>) vector.get("expect");
        assertEquals(expected(expect), verdict((Map<?, ?>) vector.get("input")), () -> "vector " + vector.get("id"));
        return true;
    }

    private static String expected(Map<?, ?> expect) {
        if (expect.get("error") instanceof Map<?, ?> error) {
            return error.get("code") + " at " + ((JsonNumber) error.get("offset")).text();
        }
        List<?> lints = (List<?>) expect.get("lints");
        return "accepted " + (lints == null ? List.of() : lints.stream().map(Object::toString).sorted().toList());
    }

    private static String verdict(Map<?, ?> input) {
        Map<?, ?> limits = input.get("limits") instanceof Map<?, ?> given ? given : Map.of();
        Limits told = new Limits(limit(limits, "max_frame_len"), limit(limits, "max_raw_len"), limit(limits, "max_records"));
        try {
            Frame frame = new FrameReader(told, (String) input.get("tenant")).decode(bytes((List<?>) input.get("bytes")));
            return "accepted " + Lints.of(frame).stream().map(Lint::name).sorted().toList();
        } catch (DashStreamException e) {
            return e.code() + " at " + e.offset();
        }
    }

    private static OptionalLong limit(Map<?, ?> limits, String key) {
        return limits.get(key) instanceof JsonNumber number ? OptionalLong.of(Long.parseLong(number.text())) : OptionalLong.empty();
    }

    private static byte[] bytes(List<?> runs) {
        if (runs == null) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object one : runs) {
            Map<?, ?> run = (Map<?, ?>) one;
            byte[] bytes = HexFormat.of().parseHex((String) run.get("hex"));
            int times = run.get("times") instanceof JsonNumber number ? Integer.parseInt(number.text()) : 1;
            for (int i = 0; i < times; i++) {
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }
}

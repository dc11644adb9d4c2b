package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dashstream.json.ContentJson;
import dev.dashstream.json.JsonException;
import dev.dashstream.json.JsonParser;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

class WriterInputTest {
    private static final String FORM = """
            {"header":{"producer_id":"01010101010101010101010101010101","base_sequence":"1","epoch":1},
             "metadata":{"tenant":"acme","boot_nonce":"0707070707070707"},
             "records":[{"kind":43,"time_us":"5","payload":{"before":%s,"detail":"%s"}}]}""";

    private static Object decodedBefore(String number) {
        byte[] frame = encode(FORM.formatted(number, "x"));
        return new FrameReader().decode(frame).record(0).payload().get("before");
    }

    private static byte[] encode(String json) {
        return new FrameWriter(Samples.options(0)).encode(ContentJson.of(JsonParser.parse(json)));
    }

    private static ErrorCode refused(String json) {
        return assertThrows(DashStreamException.class, () -> encode(json)).code();
    }

    @Test
    void doublesAreWhatTheySay() {
        assertEquals(-0.0, decodedBefore("-0"));
        assertEquals(1.5, decodedBefore("15e-1"));
        assertEquals(Double.NaN, decodedBefore("\"NaN\""));
        assertEquals(ErrorCode.INPUT, refused(FORM.formatted("1e400", "x")));
        assertEquals(ErrorCode.INPUT, refused(FORM.formatted("1", "\\ud800")));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"epoch\":1','\"epoch\":1.0',",
        "'\"epoch\":1','\"epoch\":-0',INPUT",
        "'\"epoch\":1','\"epoch\":1.5',INPUT",
        "'\"epoch\":1','\"epoch\":0',IDENTITY",
        "'\"epoch\":1','\"epoch\":4294967296',INPUT",
        "'\"time_us\":\"5\"','\"time_us\":\"-00\"',INPUT",
        "'\"time_us\":\"5\"','\"time_us\":\"005\"',",
        "'\"time_us\":\"5\"','\"time_us\":\"9007199254740992\"',TIME_RANGE",
        "'\"time_us\":\"5\"','\"time_us\":\"5\",\"parent\":\"0\"',PARENT_RANGE",
        "'\"time_us\":\"5\"','\"time_us\":\"5\",\"thread\":\"\"',STRING_TABLE",
        "'\"tenant\":\"acme\"','\"base_time_us\":\"9007199254740992\"',METADATA_WIRE",
        "'\"tenant\":\"acme\"','\"tenant\":\"\"',METADATA_FIELD",
        "'\"kind\":43','\"kind\":45',INPUT",
    })
    void valuesAreTakenOrRefused(String find, String replace, ErrorCode code) {
        String json = FORM.formatted("1", "x").replace(find, replace);
        if (code == null) {
            encode(json);
        } else {
            assertEquals(code, refused(json));
        }
    }

    @Test
    void optionsAreChecked() {
        FrameContent content = ContentJson.of(JsonParser.parse(FORM.formatted("1", "x")));
        assertEquals(ErrorCode.LEVEL, with(content, 0, OptionalLong.of(1), 1_000));
        assertEquals(ErrorCode.LEVEL, with(content, 1, OptionalLong.of(23), 1_000));
        assertEquals(ErrorCode.CODEC, with(content, 3, OptionalLong.empty(), 1_000));
        assertEquals(ErrorCode.LOCAL_LIMIT, with(content, 0, OptionalLong.empty(), 10));
    }

    private static ErrorCode with(FrameContent content, int codec, OptionalLong level, long max) {
        WriterOptions options = new WriterOptions(codec, level, OptionalLong.empty(), OptionalLong.of(max));
        return assertThrows(DashStreamException.class, () -> new FrameWriter(options).encode(content)).code();
    }

    @Test
    void greaseVaries() {
        FrameContent given = ContentJson.of(JsonParser.parse(FORM.formatted("1", "x")));
        int set = 0;
        for (int i = 0; i < 200; i++) {
            byte[] frame = new FrameWriter(Samples.options(0)).encode(given);
            set += frame[3] == 0 ? 0 : 1;
            assertEquals(0, frame[3] & 0x7f);
        }
        assertEquals(OptionalInt.empty(), given.ancillaryFlags());
        assertEquals(true, set > 20 && set < 180);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1,\"a\":2}", "01", "[1,]", "\"\\x\"", "nul", "1 2"})
    void whatIsNoJsonIsRefused(String text) {
        assertThrows(JsonException.class, () -> JsonParser.parse(text));
    }

    @Test
    void depthIsBounded() {
        assertThrows(JsonException.class, () -> JsonParser.parse("[".repeat(100_000)));
    }
}

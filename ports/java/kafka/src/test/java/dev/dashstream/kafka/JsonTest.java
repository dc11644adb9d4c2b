package dev.dashstream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dashstream.FrameReader;
import dev.dashstream.json.FrameJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final String NULL = "{\"code\":\"NULL_VALUE\",\"offset\":0,\"requirement\":\"KAF-001\"}";
    private static final String DAMAGED = "{\"code\":\"BODY_CRC\",\"offset\":12,\"requirement\":\"FRM-007\"}";

    @Test
    void aFrameIsALine() {
        byte[] frame = Samples.frame();
        String json = FrameJson.of(new FrameReader().decode(frame));
        assertEquals("{\"frame\":" + json + "}", new JsonDeserializer().deserialize("t", frame));
    }

    @Test
    void whatIsRefusedIsALineOrThrows() {
        assertEquals("{\"error\":" + DAMAGED + "}", new JsonDeserializer().deserialize("t", Samples.damaged()));
        assertEquals("{\"error\":" + NULL + "}", new JsonDeserializer().deserialize("t", null));
        JsonDeserializer throwing = new JsonDeserializer();
        throwing.configure(Map.of("dashstream.refused", "throw"), false);
        assertThrows(SerializationException.class, () -> throwing.deserialize("t", Samples.damaged()));
    }

    @Test
    void aFormatterSaysWhere() {
        FrameFormatter formatter = new FrameFormatter();
        formatter.configure(Map.of("dashstream.tenant", "Zoë"));
        // A terminal of another charset has no say: JSON is UTF-8.
        byte[] frame = Samples.serializer(Map.of()).serialize("t", Samples.content("Zoë", 0, 1, 1));
        assertEquals("{\"partition\":2,\"offset\":7,\"frame\":" + FrameJson.of(new FrameReader().decode(frame)) + "}\n",
                line(formatter, frame));
        assertEquals("{\"partition\":2,\"offset\":7,\"error\":" + NULL + "}\n", line(formatter, null));
        assertEquals("{\"partition\":2,\"offset\":7,\"error\":{\"code\":\"TENANT_MISMATCH\",\"offset\":64,"
                + "\"requirement\":\"META-014\"}}\n", line(formatter, Samples.frame()));
    }

    private static String line(FrameFormatter formatter, byte[] value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.ISO_8859_1);
        formatter.writeTo(new ConsumerRecord<>("t", 2, 7, null, value), out);
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

package dev.dashstream.kafka;

import dev.dashstream.FrameReader;
import dev.dashstream.json.JsonText;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;

/**
 * Prints messages for {@code kafka-console-consumer --formatter}: a line of JSON each, with partition and offset beside
 * {@code frame} or {@code error}. Null values are told too, as errors, which a deserializer is not asked about. Its settings are
 * those of {@link ReadSettings}.
 */
public final class FrameFormatter implements MessageFormatter {
    private FrameReader reader = new FrameReader();

    @Override
    public void configure(Map<String, ?> configs) {
        reader = ReadSettings.reader(ReadSettings.read(configs, false));
    }

    @Override
    public void writeTo(ConsumerRecord<byte[], byte[]> message, PrintStream output) {
        JsonText out = new JsonText().object();
        out.key("partition").raw(message.partition()).key("offset").raw(message.offset());
        OutcomeJson.write(Outcome.of(reader, message.value()), out);
        // The stream may have another charset than JSON, and lines end alike on every system.
        byte[] line = out.endObject().toString().concat("\n").getBytes(StandardCharsets.UTF_8);
        output.write(line, 0, line.length);
    }
}

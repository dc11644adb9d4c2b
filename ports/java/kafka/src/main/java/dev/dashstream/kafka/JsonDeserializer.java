package dev.dashstream.kafka;

import dev.dashstream.FrameReader;
import dev.dashstream.json.JsonText;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Makes JSON of frames, for tools that show values as text, such as kafka-console-consumer: {@code {"frame":{...}}} in the JSON
 * form of the specification, or {@code {"error":{...}}} for what is refused. Its settings are those of {@link ReadSettings}.
 */
public final class JsonDeserializer implements Deserializer<String> {
    private FrameReader reader = new FrameReader();
    private boolean throwing;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        AbstractConfig settings = ReadSettings.read(configs, isKey);
        reader = ReadSettings.reader(settings);
        throwing = settings.getString(ReadSettings.REFUSED).equals("throw");
    }

    @Override
    public String deserialize(String topic, byte[] value) {
        Outcome outcome = Outcome.of(reader, value);
        if (throwing && outcome instanceof Outcome.Rejected rejected) {
            throw Refused.of(topic, rejected.error());
        }
        JsonText out = new JsonText().object();
        OutcomeJson.write(outcome, out);
        return out.endObject().toString();
    }
}

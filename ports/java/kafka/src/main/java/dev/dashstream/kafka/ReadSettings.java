package dev.dashstream.kafka;

import dev.dashstream.FrameReader;
import dev.dashstream.Limits;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** Settings of whatever reads frames. */
public final class ReadSettings {
    /** The tenant to expect. */
    public static final String TENANT = "dashstream.tenant";
    /** The longest frame. */
    public static final String MAX_FRAME_BYTES = "dashstream.max.frame.bytes";
    /** The longest body after decompression. */
    public static final String MAX_RAW_BYTES = "dashstream.max.raw.bytes";
    /** The most records of a frame. */
    public static final String MAX_RECORDS = "dashstream.max.records";
    /** What {@link JsonDeserializer} makes of what is refused. */
    public static final String REFUSED = "dashstream.refused";

    /** All of them. */
    public static final ConfigDef DEFINITION = new ConfigDef()
            .define(TENANT, Type.STRING, null, ReadSettings::requireText, Importance.HIGH,
                    "Frames of any other tenant are refused with TENANT_MISMATCH; without it, frames of any tenant are read.")
            .define(MAX_FRAME_BYTES, Type.LONG, null, Settings::requirePositive, Importance.MEDIUM,
                    "A longer frame is refused with LOCAL_LIMIT. Without it, the limits of the format hold.")
            .define(MAX_RAW_BYTES, Type.LONG, null, Settings::requirePositive, Importance.MEDIUM,
                    "A frame whose body is longer after decompression is refused with LOCAL_LIMIT, before it is decompressed.")
            .define(MAX_RECORDS, Type.LONG, null, Settings::requirePositive, Importance.LOW,
                    "A frame of more records is refused with LOCAL_LIMIT.")
            .define(REFUSED, Type.STRING, "line", ConfigDef.ValidString.in("line", "throw"), Importance.LOW,
                    "JsonDeserializer only: what is refused becomes a line that says why, or throws.");

    private ReadSettings() {}

    static AbstractConfig read(Map<String, ?> configs, boolean isKey) {
        return Settings.read(DEFINITION, configs, isKey);
    }

    /** The reader that the settings ask for. */
    static FrameReader reader(AbstractConfig settings) {
        Limits limits = new Limits(
                limit(settings, MAX_FRAME_BYTES), limit(settings, MAX_RAW_BYTES), limit(settings, MAX_RECORDS));
        return new FrameReader(limits, settings.getString(TENANT));
    }

    private static OptionalLong limit(AbstractConfig settings, String key) {
        Long value = settings.getLong(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** An empty text is no tenant (META-001): nothing would be let in. */
    private static void requireText(String key, Object value) {
        if (value != null && ((String) value).isEmpty()) {
            throw new ConfigException(key, value, "is empty");
        }
    }
}

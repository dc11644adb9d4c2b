package dev.dashstream.kafka;

import dev.dashstream.WriterOptions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** Settings of {@link FrameSerializer}. */
public final class WriteSettings {
    /** How bodies are stored. */
    public static final String CODEC = "dashstream.codec";
    /** How hard it is tried to make them small. */
    public static final String LEVEL = "dashstream.level";
    /** The shortest body that is compressed. */
    public static final String THRESHOLD = "dashstream.threshold";
    /** The longest frame. */
    public static final String MAX_FRAME_BYTES = ReadSettings.MAX_FRAME_BYTES;
    /** Whether messages get the headers for tools. */
    public static final String HEADERS = "dashstream.headers";

    /** In the order of their numbers in the registry of codecs. */
    private static final List<String> CODECS = List.of("none", "zstd", "lz4");
    private static final int[] HIGHEST_LEVEL = {0, 22, 1};

    /** All of them. */
    public static final ConfigDef DEFINITION = new ConfigDef()
            .define(CODEC, Type.STRING, "zstd", ConfigDef.ValidString.in(CODECS.toArray(String[]::new)), Importance.HIGH,
                    "How bodies are stored: none, zstd or lz4. Set compression.type to none (KAF-005).")
            .define(LEVEL, Type.INT, null, Settings::requirePositive, Importance.MEDIUM,
                    "Level of the codec: 1 to 22 for zstd, 1 for lz4. Without it, 3 for zstd.")
            .define(THRESHOLD, Type.LONG, 0L, ConfigDef.Range.atLeast(0), Importance.LOW,
                    "Bodies of fewer bytes are stored as they are.")
            .define(MAX_FRAME_BYTES, Type.LONG, WriterOptions.DEFAULT_MAX_FRAME_LEN, Settings::requirePositive, Importance.MEDIUM,
                    "A longer frame is refused with LOCAL_LIMIT. Not above what the broker takes, max.message.bytes.")
            .define(HEADERS, Type.BOOLEAN, false, Importance.LOW,
                    "Whether messages get the headers ds-tenant, ds-producer, ds-epoch, ds-lane, ds-base and ds-count.");

    private WriteSettings() {}

    static AbstractConfig read(Map<String, ?> configs, boolean isKey) {
        return Settings.read(DEFINITION, configs, isKey);
    }

    /** The options that the settings ask for. */
    static WriterOptions options(AbstractConfig settings) {
        int codec = CODECS.indexOf(settings.getString(CODEC));
        return new WriterOptions(codec, level(settings, codec), OptionalLong.of(settings.getLong(THRESHOLD)),
                OptionalLong.of(settings.getLong(MAX_FRAME_BYTES)));
    }

    /** COD-006, before the first frame. */
    private static OptionalLong level(AbstractConfig settings, int codec) {
        Integer level = settings.getInt(LEVEL);
        if (level == null) {
            return OptionalLong.empty();
        }
        if (level > HIGHEST_LEVEL[codec]) {
            throw new ConfigException(LEVEL, level, "is no level of " + CODECS.get(codec));
        }
        return OptionalLong.of(level);
    }
}

package dev.dashstream.kafka;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What is common to the settings of both directions. */
final class Settings {
    private static final String PREFIX = "dashstream.";

    private Settings() {}

    /** Reads the settings of one direction. Those of the other one may stand beside them, as with Streams. */
    static AbstractConfig read(ConfigDef mine, Map<String, ?> configs, boolean isKey) {
        if (isKey) {
            throw new ConfigException("a DashStream frame is the value of a message, and never its key");
        }
        configs.keySet().forEach(Settings::requireKnown);
        return new AbstractConfig(mine, configs, false);
    }

    /** A misspelt tenant would be no tenant, and every frame would be let in. */
    private static void requireKnown(String key) {
        boolean known = ReadSettings.DEFINITION.names().contains(key) || WriteSettings.DEFINITION.names().contains(key);
        if (key.startsWith(PREFIX) && !known) {
            throw new ConfigException("there is no setting " + key);
        }
    }

    /** Whole numbers from 1, or nothing at all. */
    static void requirePositive(String key, Object value) {
        if (value != null && ((Number) value).longValue() < 1) {
            throw new ConfigException(key, value, "has to be 1 or more");
        }
    }
}

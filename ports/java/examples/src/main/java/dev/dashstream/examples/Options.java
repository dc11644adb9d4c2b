package dev.dashstream.examples;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Options of the form {@code --name value}; {@code --property KEY=VALUE} goes to Kafka's client, and may stand there more than once. */
final class Options {
    private final String usage;
    private final Map<String, String> values = new HashMap<>();
    private final Properties properties = new Properties();

    private Options(String usage) {
        this.usage = usage;
    }

    /** Reads the options, or ends the program: with 0 after --help, with 2 where they are wrong. */
    static Options of(String usage, String... args) {
        Options options = new Options(usage);
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--help") || args[i].equals("-h")) {
                System.out.print(usage);
                System.exit(0);
            }
            if (i + 1 == args.length || !usage.contains("  " + args[i] + " ")) {
                options.fail(args[i] + " is no option, or has no value");
            }
            options.take(args[i], args[i + 1]);
        }
        return options;
    }

    private void take(String name, String value) {
        if (!name.equals("--property")) {
            values.put(name, value);
            return;
        }
        int equals = value.indexOf('=');
        if (equals < 1) {
            fail("--property takes KEY=VALUE");
        }
        properties.put(value.substring(0, equals), value.substring(equals + 1));
    }

    String required(String name) {
        if (!values.containsKey(name)) {
            fail(name + " is missing");
        }
        return values.get(name);
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        try {
            return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
        } catch (NumberFormatException e) {
            fail(name + " takes a whole number");
            return otherwise;
        }
    }

    /** What the user sets for Kafka's client, beside what the program needs. */
    Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    private void fail(String why) {
        System.err.println(why);
        System.err.print(usage);
        System.exit(2);
    }
}

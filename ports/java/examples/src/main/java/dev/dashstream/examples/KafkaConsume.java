package dev.dashstream.examples;

import dev.dashstream.kafka.Outcome;
import dev.dashstream.kafka.OutcomeDeserializer;
import dev.dashstream.kafka.ReadSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic of frames from its beginning to where it ended. It joins no group and commits nothing. */
public final class KafkaConsume {
    private static final String USAGE = """
            usage: KafkaConsume --brokers HOST:PORT[,HOST:PORT] --topic TOPIC [OPTION ...]

            Prints the records of a topic as JSON Lines, then the account of each lane and the sum; what cannot be read goes to
            stderr, with partition, offset and code.

              --brokers LIST       where to ask for the brokers
              --topic TOPIC        what to read
              --tenant NAME        refuse frames of any other
              --timeout SECONDS    how long to wait for the brokers (10)
              --property KEY=VALUE a setting of the consumer or of the deserializer, such as security.protocol=SSL

            Exit codes: 0 all is there and can be read; 1 something was refused, lost or out of order; 2 wrong usage; 3 the
            topic could not be read.
            """;

    private final Map<TopicPartition, Part> parts = new HashMap<>();
    private final Total total = new Total();
    private final Consumer<byte[], Outcome> consumer;
    private final Duration patience;

    private KafkaConsume(Consumer<byte[], Outcome> consumer, Duration patience) {
        this.consumer = consumer;
        this.patience = patience;
    }

    /** Reads a topic. */
    public static void main(String[] args) {
        Options options = Options.of(USAGE, args);
        String topic = options.required("--topic");
        Duration patience = Duration.ofSeconds(options.number("--timeout", 10));
        // Many lines, flushed once a buffer; and UTF-8 wherever it runs.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8));
        int code;
        try (Consumer<byte[], Outcome> consumer = new KafkaConsumer<>(properties(options, patience))) {
            KafkaConsume program = new KafkaConsume(consumer, patience);
            program.read(topic);
            code = program.total.isGood() ? 0 : 1;
        } catch (KafkaException e) {
            System.err.println("KafkaConsume: " + topic + ": " + e.getMessage());
            code = 3;
        }
        System.out.flush();
        System.exit(code);
    }

    private static Properties properties(Options options, Duration patience) {
        Properties properties = options.properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.required("--brokers"));
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, OutcomeDeserializer.class);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        String tenant = options.get("--tenant", null);
        if (tenant != null) {
            properties.put(ReadSettings.TENANT, tenant);
        }
        return properties;
    }

    private void read(String topic) {
        Map<TopicPartition, Long> ends = begin(topic);
        long silentSince = System.nanoTime();
        while (!ends.isEmpty()) {
            var messages = consumer.poll(Duration.ofMillis(200));
            for (TopicPartition partition : messages.partitions()) {
                if (!take(partition, messages.records(partition))) {
                    consumer.pause(List.of(partition));
                    ends.remove(partition);
                }
            }
            ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            silentSince = messages.isEmpty() ? silentSince : System.nanoTime();
            if (System.nanoTime() - silentSince > patience.toNanos()) {
                throw new KafkaException("nothing came for " + patience.toSeconds() + " s");
            }
        }
        new TreeMap<>(byNumber()).values().forEach(Part::end);
        System.out.println(total.json());
    }

    private Map<Integer, Part> byNumber() {
        Map<Integer, Part> byNumber = new HashMap<>();
        parts.forEach((partition, part) -> byNumber.put(partition.partition(), part));
        return byNumber;
    }

    /** Takes all partitions, from their beginnings; says where they end. */
    private Map<TopicPartition, Long> begin(String topic) {
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
            throw new KafkaException("there is no such topic");
        }
        for (PartitionInfo one : found) {
            parts.put(new TopicPartition(topic, one.partition()), new Part(topic, one.partition(), total));
        }
        consumer.assign(parts.keySet());
        consumer.seekToBeginning(parts.keySet());
        return new HashMap<>(consumer.endOffsets(parts.keySet()));
    }

    private boolean take(TopicPartition partition, List<ConsumerRecord<byte[], Outcome>> messages) {
        Part part = parts.get(partition);
        for (ConsumerRecord<byte[], Outcome> message : messages) {
            if (!part.take(message.offset(), Outcome.of(message))) {
                return false;
            }
        }
        return true;
    }
}

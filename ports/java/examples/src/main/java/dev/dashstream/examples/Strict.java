package dev.dashstream.examples;

import dev.dashstream.Frame;
import dev.dashstream.kafka.FrameDeserializer;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a consumer with {@link FrameDeserializer} sees: an exception that comes again, until the consumer seeks past the message. */
public final class Strict {
    private static final String USAGE = """
            usage: Strict --brokers HOST:PORT[,HOST:PORT] --topic TOPIC --partition N

            Reads a partition of a topic with the deserializer that throws, and shows what becomes of a message that is no frame.

              --brokers LIST       where to ask for the brokers
              --topic TOPIC        what to read
              --partition N        which of its partitions

            Exit codes: 0 every message is a frame; 1 one is not; 2 wrong usage; 3 the topic could not be read.
            """;

    private final TopicPartition partition;
    private final Consumer<byte[], Frame> consumer;
    /** Where poll threw the last time. */
    private long stuckAt = -1;
    private boolean good = true;

    private Strict(Consumer<byte[], Frame> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
    }

    /** Reads a partition. */
    public static void main(String[] args) {
        Options options = Options.of(USAGE, args);
        Properties properties = options.properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.required("--brokers"));
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, FrameDeserializer.class);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        TopicPartition partition = new TopicPartition(options.required("--topic"), options.number("--partition", 0));
        try (Consumer<byte[], Frame> consumer = new KafkaConsumer<>(properties)) {
            Strict program = new Strict(consumer, partition);
            program.read();
            System.exit(program.good ? 0 : 1);
        } catch (KafkaException e) {
            System.err.println("Strict: " + partition + ": " + e.getMessage());
            System.exit(3);
        }
    }

    private void read() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
            try {
                consumer.poll(Duration.ofMillis(200)).forEach(this::take);
            } catch (RecordDeserializationException e) {
                refused(e);
            }
        }
    }

    private void take(ConsumerRecord<byte[], Frame> message) {
        // A value that is null goes past every deserializer (KAF-001).
        good &= message.value() != null;
        System.out.println(message.offset() + ": " + (message.value() == null
                ? "null, which is NULL_VALUE (KAF-001)"
                : message.value().records().size() + " records"));
    }

    /** The exception has the bytes, to be saved before anything goes past them (KAF-008). */
    private void refused(RecordDeserializationException e) {
        good = false;
        if (stuckAt != e.offset()) {
            // Nothing has moved: the next call throws the same.
            stuckAt = e.offset();
            return;
        }
        System.out.println(e.offset() + ": refused twice: " + e.getCause().getMessage());
        consumer.seek(e.topicPartition(), e.offset() + 1);
    }
}

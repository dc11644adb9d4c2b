package dev.dashstream.examples;

import dev.dashstream.DashStreamException;
import dev.dashstream.FrameContent;
import dev.dashstream.json.ContentJson;
import dev.dashstream.json.JsonException;
import dev.dashstream.json.JsonParser;
import dev.dashstream.kafka.FrameSerializer;
import dev.dashstream.kafka.LanePartitioner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends frames to Kafka. It keeps no state: it shows how frames are sent, and not how a producer survives its death. */
public final class KafkaProduce {
    private static final String USAGE = """
            usage: KafkaProduce --brokers HOST:PORT[,HOST:PORT] --topic TOPIC [OPTION ...] < FRAMES.jsonl

            Sends a frame for each line, which is its content in the JSON form (spec/writer-input.md), and prints where it is.

              --brokers LIST       where to ask for the brokers
              --topic TOPIC        has to be there
              --partition N        for all frames; without it, one for each lane (LanePartitioner)
              --property KEY=VALUE a setting of the producer or of the serializer, such as dashstream.codec=lz4

            Exit codes: 0 every frame is acknowledged; 1 a line is no content of a frame, and nothing of it and of what follows
            was sent; 2 wrong usage; 3 Kafka did not take a frame.
            """;

    private KafkaProduce() {}

    /** Sends standard input. */
    public static void main(String[] args) throws IOException {
        Options options = Options.of(USAGE, args);
        String topic = options.required("--topic");
        int partition = options.number("--partition", -1);
        try (Producer<byte[], FrameContent> producer = new KafkaProducer<>(properties(options))) {
            System.exit(send(producer, topic, partition < 0 ? null : partition));
        } catch (KafkaException e) {
            System.err.println("KafkaProduce: " + reason(e));
            System.exit(3);
        }
    }

    private static Properties properties(Options options) {
        Properties properties = options.properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.required("--brokers"));
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, FrameSerializer.class);
        // KAF-002
        properties.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, LanePartitioner.class);
        // KAF-003
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // KAF-005
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return properties;
    }

    private static int send(Producer<byte[], FrameContent> producer, String topic, Integer partition) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            try {
                FrameContent content = ContentJson.of(JsonParser.parse(line));
                RecordMetadata where = producer.send(new ProducerRecord<>(topic, partition, null, content)).get();
                System.out.println(topic + "[" + where.partition() + "]@" + where.offset());
            } catch (JsonException | DashStreamException | SerializationException why) {
                System.err.println("KafkaProduce: line " + number + ": " + why.getMessage());
                return 1;
            } catch (ExecutionException | InterruptedException why) {
                // KAF-011: whether it is there is known to nobody here; a producer with a state sends the same frame again.
                System.err.println("KafkaProduce: line " + number + ": not acknowledged: " + reason(why));
                return 3;
            }
        }
        return 0;
    }

    private static String reason(Throwable why) {
        return why.getCause() == null ? why.getMessage() : why.getCause().getMessage();
    }
}

package dev.dashstream.kafka;

import dev.dashstream.FrameContent;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Sends all frames of a lane to one partition (KAF-002), whatever the keys are: {@code partitioner.class}. Which one depends on
 * how many partitions the topic has: whoever adds some ends the lanes first (SEQ-008).
 */
public final class LanePartitioner implements Partitioner {
    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
        if (!(value instanceof FrameContent content)) {
            throw new IllegalArgumentException("a lane is that of a FrameContent");
        }
        byte[] lane = ByteBuffer.allocate(20).put(content.producerId()).putInt((int) content.lane()).array();
        return Utils.toPositive(Utils.murmur2(lane)) % cluster.partitionCountForTopic(topic);
    }

    @Override
    public void close() {}
}

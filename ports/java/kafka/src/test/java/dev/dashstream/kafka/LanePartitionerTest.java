package dev.dashstream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dashstream.FrameContent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class LanePartitionerTest {
    private static final Cluster CLUSTER = cluster(7);

    private static Cluster cluster(int partitions) {
        Node node = new Node(1, "localhost", 9092);
        Node[] nodes = {node};
        List<PartitionInfo> infos = IntStream.range(0, partitions)
                .mapToObj(i -> new PartitionInfo("t", i, node, nodes, nodes)).toList();
        return new Cluster("c", List.of(node), infos, Set.of(), Set.of());
    }

    private static int partition(Object key, Object value) {
        try (LanePartitioner partitioner = new LanePartitioner()) {
            return partitioner.partition("t", key, null, value, null, CLUSTER);
        }
    }

    @Test
    void aLaneStaysInOnePartitionAndLanesSpread() {
        Set<Integer> all = new HashSet<>();
        for (int lane = 0; lane < 100; lane++) {
            Set<Integer> one = new HashSet<>();
            for (long base = 1; base < 50; base += 10) {
                FrameContent content = Samples.content("acme", lane, base, 10);
                one.add(partition("key" + base, content));
            }
            assertEquals(1, one.size());
            all.addAll(one);
        }
        assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6), all);
    }

    @Test
    void onlyContentHasALane() {
        assertThrows(IllegalArgumentException.class, () -> partition(null, "text"));
    }
}

package dev.dashstream;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a frame is made of. Everything else of the prelude follows from it.
 *
 * @param producerId 16 bytes
 * @param baseSequence first number of the range
 * @param epoch opening of the producer's state
 * @param lane lane within the producer
 * @param ancillaryFlags where they are given, GREASE is taken from there; otherwise it is drawn
 * @param metadata a message of {@link Schema#METADATA}
 * @param records the records, in order
 */
public record FrameContent(
        byte[] producerId,
        long baseSequence,
        long epoch,
        long lane,
        OptionalInt ancillaryFlags,
        Message metadata,
        List<NewRecord> records) {
    /** Content of which nothing is null. */
    public FrameContent {
        Objects.requireNonNull(producerId);
        Objects.requireNonNull(ancillaryFlags);
        Objects.requireNonNull(metadata);
        Objects.requireNonNull(records);
    }
}

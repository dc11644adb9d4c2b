package dev.dashstream.kafka;

import org.apache.kafka.common.serialization.Serdes;

/**
 * Reads values as {@link OutcomeDeserializer} does, and writes each as it came, byte for byte, as one who passes frames on has to
 * (FRM-010): what this version of the schema does not know is kept, and what was refused stays what it is. For Streams.
 */
public final class OutcomeSerde extends Serdes.WrapperSerde<Outcome> {
    /** A serde without settings, until it is configured. */
    public OutcomeSerde() {
        super((topic, outcome) -> outcome == null ? null : outcome.bytes(), new OutcomeDeserializer());
    }
}

package dev.dashstream.kafka;

import dev.dashstream.DashStreamException;
import dev.dashstream.Frame;
import dev.dashstream.FrameReader;
import dev.dashstream.Ledger;
import dev.dashstream.Verdict;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a reader made of the value of a message. */
public sealed interface Outcome {
    /** The value as it came; null where it was. Not to be changed. */
    byte[] bytes();

    /** Tells a ledger. There is one for each partition. */
    List<Verdict> tell(Ledger ledger);

    /**
     * A frame.
     *
     * @param frame the frame
     * @param bytes the value as it came
     */
    record Accepted(Frame frame, byte[] bytes) implements Outcome {
        @Override
        public List<Verdict> tell(Ledger ledger) {
            return ledger.accepted(frame, OptionalLong.empty());
        }
    }

    /**
     * No frame, or none for this reader.
     *
     * @param error why
     * @param bytes the value as it came, which is to be saved before its offset is committed (KAF-008); null where it was
     */
    record Rejected(DashStreamException error, byte[] bytes) implements Outcome {
        @Override
        public List<Verdict> tell(Ledger ledger) {
            return ledger.rejected(bytes, error);
        }
    }

    /** Judges a value. */
    static Outcome of(FrameReader reader, byte[] value) {
        try {
            return new Accepted(reader.decode(value), value);
        } catch (DashStreamException why) {
            return new Rejected(why, value);
        }
    }

    /** The outcome of a message that a consumer gave: it gives null, and asks nobody, for a value that is null (KAF-001). */
    static Outcome of(ConsumerRecord<?, Outcome> message) {
        return message.value() == null ? of(new FrameReader(), null) : message.value();
    }
}

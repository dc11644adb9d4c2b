package dev.dashstream;

/** Whose a frame is. */
public final class Metadata {
    private final Message message;

    Metadata(Message message) {
        this.message = message;
    }

    /** The message, with what has no accessor here. */
    public Message message() {
        return message;
    }

    /** Owner of every record in the frame. */
    public String tenant() {
        return message.text("tenant");
    }

    /** Drawn each time the producer opens its state: 8 bytes. */
    public byte[] bootNonce() {
        return message.bytes("boot_nonce").clone();
    }

    /** Microseconds from which the first record's time counts. */
    public long baseTimeUs() {
        return message.number("base_time_us");
    }

    /** Trace of every record that names none of its own; empty where there is none. */
    public byte[] traceId() {
        return message.bytes("trace_id").clone();
    }

    /** The redaction, or null. */
    public Message redaction() {
        return (Message) message.get("redaction");
    }
}

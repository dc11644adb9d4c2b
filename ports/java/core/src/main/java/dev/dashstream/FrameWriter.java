package dev.dashstream;

import java.security.SecureRandom;

/** Encodes frames. It may be shared between threads. */
public final class FrameWriter {
    private static final int GREASE = 0x80;
    private static final int MAX_RECORDS = 65_535;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final WriterOptions options;

    /** A writer that stores bodies as the options say. */
    public FrameWriter(WriterOptions options) {
        this.options = options;
    }

    /** The bytes of a frame with this content. What no reader would accept is refused, with the reader's code. */
    public byte[] encode(FrameContent content) {
        try {
            options.check();
            return write(content);
        } catch (DashStreamException e) {
            throw e.offset() < 0 ? e : DashStreamException.refuse(e.code(), e.requirement(), e.getMessage());
        }
    }

    private byte[] write(FrameContent content) {
        int drops = drops(content.metadata());
        byte[] metadata = metadata(content.metadata());
        // Checked first: what is wrong here would show as something else in the columns.
        Metadata checked = MetadataChecks.check(metadata, 0, metadata.length, drops, null);
        long last = lastSequence(content, drops);
        byte[] raw = BodyWriter.write(content, last);
        byte[] packed = options.compresses(raw.length)
                ? Codecs.pack((int) options.codec(), options.levelOrOwn(), raw)
                : null;
        // COD-004
        byte[] stored = packed == null ? raw : packed;
        byte[] frame = new byte[Prelude.LENGTH + metadata.length + stored.length];
        System.arraycopy(metadata, 0, frame, Prelude.LENGTH, metadata.length);
        System.arraycopy(stored, 0, frame, Prelude.LENGTH + metadata.length, stored.length);
        Prelude prelude = prelude(content, frame, new Sizes(metadata.length, stored.length, raw.length, drops, packed != null));
        check(prelude, metadata, checked, raw);
        return frame;
    }

    private record Sizes(int metadata, int stored, int raw, int drops, boolean packed) {}

    private static int drops(Message metadata) {
        long sum = 0;
        for (Object count : metadata.list("drop_reason_count")) {
            long value = (Long) count;
            // What is no uint32 is left to the wire scan.
            if (value >>> 32 != 0) {
                return 0;
            }
            sum += value;
            // META-009: more than the prelude can say
            if (sum > 0xffff) {
                throw DashStreamException.refuse(ErrorCode.METADATA_FIELD, "META-009", "more than 65,535 drops");
            }
        }
        return (int) sum;
    }

    private static byte[] metadata(Message message) {
        if (message.type() != Schema.METADATA) {
            throw DashStreamException.refuse(ErrorCode.INPUT, "JSON-002", "metadata of type " + message.type().name());
        }
        Buffer out = new Buffer();
        new MessageWriter(null).write(message, out);
        // PRE-010
        if (out.length() > Prelude.MAX_METADATA_LEN) {
            throw DashStreamException.refuse(ErrorCode.METADATA_LEN, "PRE-010", "metadata of more than 16,384 bytes");
        }
        return out.toBytes();
    }

    private static long lastSequence(FrameContent content, int drops) {
        int count = content.records().size();
        // PRE-017
        if (count == 0 || count > MAX_RECORDS) {
            throw DashStreamException.refuse(ErrorCode.COUNT, "PRE-017", count + " records");
        }
        long base = content.baseSequence();
        // PRE-019, PRE-020
        if (base < 1 || base > Bytes.MAX_53 || base + count + drops - 1 > Bytes.MAX_53) {
            throw DashStreamException.refuse(ErrorCode.SEQUENCE_RANGE, "PRE-020", "a range outside of 1..2^53 - 1");
        }
        return base + count + drops - 1;
    }

    private Prelude prelude(FrameContent content, byte[] frame, Sizes sizes) {
        checkWidths(content);
        // WRT-002
        frame[0] = (byte) Prelude.MAGIC;
        frame[1] = 1;
        frame[3] = (byte) flags(content);
        int bodyAt = Prelude.LENGTH + sizes.metadata;
        Bytes.put32(frame, 8, Bytes.crc(frame, Prelude.LENGTH, sizes.metadata));
        Bytes.put32(frame, 12, Bytes.crc(frame, bodyAt, sizes.stored));
        Bytes.put32(frame, 16, sizes.stored);
        Bytes.put32(frame, 20, sizes.raw);
        Bytes.put16(frame, 24, sizes.metadata);
        frame[26] = (byte) (sizes.packed ? options.codec() : Codecs.NONE);
        frame[27] = 1;
        Bytes.put16(frame, 28, content.records().size());
        Bytes.put16(frame, 30, sizes.drops);
        System.arraycopy(content.producerId(), 0, frame, 32, 16);
        Bytes.put64(frame, 48, content.baseSequence());
        Bytes.put32(frame, 56, content.epoch());
        Bytes.put32(frame, 60, content.lane());
        Bytes.put32(frame, 4, Prelude.crc(frame, 0));
        return Prelude.read(frame, 0, frame.length);
    }

    private static void checkWidths(FrameContent content) {
        if (content.producerId().length != 16 || content.epoch() >>> 32 != 0 || content.lane() >>> 32 != 0) {
            throw DashStreamException.refuse(ErrorCode.INPUT, "JSON-002", "an identity that no prelude can hold");
        }
    }

    /** PRE-027, PRE-028. */
    private static int flags(FrameContent content) {
        return content.ancillaryFlags().orElseGet(() -> RANDOM.nextBoolean() ? GREASE : 0) & GREASE;
    }

    /** WRT-001: a writer makes the checks of a reader, but for the codec's. */
    private void check(Prelude prelude, byte[] metadataBytes, Metadata metadata, byte[] raw) {
        prelude.check();
        // WRT-004
        if (options.maxFrameLen().isPresent() && prelude.frameLength() > options.maxFrameLen().getAsLong()) {
            throw DashStreamException.refuse(ErrorCode.LOCAL_LIMIT, "WRT-004", "a frame of " + prelude.frameLength() + " bytes");
        }
        BodyLayout body = BodyChecks.check(raw, prelude, metadata.baseTimeUs());
        Frame frame = new Frame(prelude, metadataBytes, metadata, body);
        for (int i = 0; i < prelude.recordCount(); i++) {
            RecordError error = frame.error(i);
            if (error != null) {
                throw DashStreamException.refuse(error.code(), error.requirement(), "record " + i);
            }
        }
    }
}

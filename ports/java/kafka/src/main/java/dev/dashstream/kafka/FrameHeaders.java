package dev.dashstream.kafka;

import dev.dashstream.FrameContent;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.header.Headers;

/** The headers of spec/kafka.md. They are for tools: nobody here reads them (KAF-006). */
final class FrameHeaders {
    private FrameHeaders() {}

    static void set(Headers headers, FrameContent content) {
        set(headers, "ds-tenant", content.metadata().text("tenant"));
        set(headers, "ds-producer", HexFormat.of().formatHex(content.producerId()));
        set(headers, "ds-epoch", Long.toString(content.epoch()));
        set(headers, "ds-lane", Long.toString(content.lane()));
        set(headers, "ds-base", Long.toString(content.baseSequence()));
        set(headers, "ds-count", Integer.toString(content.records().size()));
    }

    /** A message that is sent again has been here before. */
    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.dashstream;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The table of trace or span ids of a frame that is being made. */
final class IdTable {
    private final Map<ByteBuffer, Integer> refs = new HashMap<>();
    private final Buffer out = new Buffer();
    private final int width;

    IdTable(int width) {
        this.width = width;
    }

    /** The ref of an id; 0 for null. */
    long ref(byte[] id) {
        if (id == null) {
            return 0;
        }
        if (id.length != width) {
            throw DashStreamException.refuse(ErrorCode.INPUT, "JSON-002", "an id of " + id.length + " bytes");
        }
        Integer known = refs.get(ByteBuffer.wrap(id));
        if (known != null) {
            return known;
        }
        refs.put(ByteBuffer.wrap(id), refs.size() + 1);
        out.bytes(id);
        return refs.size();
    }

    Buffer bytes() {
        return out;
    }
}

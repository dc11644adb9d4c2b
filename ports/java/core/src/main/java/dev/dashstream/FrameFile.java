package dev.dashstream;

/** The layout of a file of frames. */
final class FrameFile {
    static final byte[] SIGNATURE = {(byte) 0xBE, 0x44, 0x53, 0x46, 0x0D, 0x0A, 0x1A, 0x0A};
    static final int MARKER_LENGTH = 16;
    static final int HEADER_LENGTH = 28;
    /** Bytes of a candidate: a marker and a prelude. */
    static final int CANDIDATE_LENGTH = MARKER_LENGTH + Prelude.LENGTH;

    private FrameFile() {}

    static byte[] header(byte[] marker) {
        byte[] header = new byte[HEADER_LENGTH];
        System.arraycopy(SIGNATURE, 0, header, 0, SIGNATURE.length);
        System.arraycopy(marker, 0, header, SIGNATURE.length, MARKER_LENGTH);
        Bytes.put32(header, HEADER_LENGTH - 4, Bytes.crc(marker, 0, MARKER_LENGTH));
        return header;
    }
}

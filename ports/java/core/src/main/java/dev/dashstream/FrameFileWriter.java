package dev.dashstream;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes a file of frames. One writer has a file at a time; nothing here keeps others away. */
public final class FrameFileWriter implements Closeable {
    private final FileChannel channel;
    private final byte[] marker;

    private FrameFileWriter(FileChannel channel, byte[] marker) {
        this.channel = channel;
        this.marker = marker;
    }

    /** Begins a new file; one that is there already is an error. */
    public static FrameFileWriter create(Path path) throws IOException {
        return begin(FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    /**
     * Opens a file again, and cuts it back to where its tail begins. Where signature or marker is damaged, or the tail holds a
     * frame that is only not supported, such as one of a later version, it is refused and left as it is, so that the caller
     * begins a new one beside it.
     */
    public static FrameFileWriter reopen(Path path) throws IOException {
        if (Files.size(path) < FrameFile.HEADER_LENGTH) {
            checkBeginning(Files.readAllBytes(path));
            return begin(FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING));
        }
        byte[] marker = markerOf(path);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        try {
            // FILE-013
            channel.truncate(tailOf(path));
            channel.position(channel.size());
            return new FrameFileWriter(channel, marker);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FrameFileWriter begin(FileChannel channel) throws IOException {
        // FILE-014
        byte[] marker = new byte[FrameFile.MARKER_LENGTH];
        new SecureRandom().nextBytes(marker);
        FrameFileWriter writer = new FrameFileWriter(channel, marker);
        writer.write(ByteBuffer.wrap(FrameFile.header(marker)));
        return writer;
    }

    /** What is shorter than a header and cannot have become one is somebody's data. */
    private static void checkBeginning(byte[] found) {
        int length = Math.min(found.length, FrameFile.SIGNATURE.length);
        if (!Arrays.equals(found, 0, length, FrameFile.SIGNATURE, 0, length)) {
            throw new DashStreamException(ErrorCode.FILE_SIGNATURE, 0, "FILE-013");
        }
    }

    private static byte[] markerOf(Path path) throws IOException {
        byte[] header;
        try (InputStream in = Files.newInputStream(path)) {
            header = in.readNBytes(FrameFile.HEADER_LENGTH);
        }
        byte[] marker = Arrays.copyOfRange(header, 8, 24);
        byte[] intact = FrameFile.header(marker);
        if (!Arrays.equals(header, 0, 8, intact, 0, 8)) {
            throw new DashStreamException(ErrorCode.FILE_SIGNATURE, 0, "FILE-013");
        }
        if (!Arrays.equals(header, intact)) {
            throw new DashStreamException(ErrorCode.FILE_MARKER, 8, "FILE-013");
        }
        return marker;
    }

    private static long tailOf(Path path) throws IOException {
        Tail tail = new Tail(Files.size(path));
        try (InputStream in = Files.newInputStream(path)) {
            new FrameFileReader(new FrameReader(), tail).readAll(in);
        }
        if (tail.unsupported != null) {
            throw tail.unsupported;
        }
        return tail.at;
    }

    /** Where the tail begins, and the first frame in it that is only not supported. */
    private static final class Tail implements Consumer<FileEvent> {
        private long at;
        private DashStreamException unsupported;

        private Tail(long size) {
            at = size;
        }

        @Override
        public void accept(FileEvent event) {
            if (event instanceof FileEvent.TornTail torn) {
                at = torn.at();
            } else if (event instanceof FileEvent.Accepted) {
                unsupported = null;
            } else if (event instanceof FileEvent.Rejected frame && unsupported == null
                    && frame.error().code().errorClass() == ErrorClass.UNSUPPORTED) {
                unsupported = frame.error();
            }
        }
    }

    /** Appends an entry with the bytes of one frame. */
    public void append(byte[] frame) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(marker.length + frame.length);
        write(entry.put(marker).put(frame).flip());
    }

    /** Waits until the file is on its device. */
    public void force() throws IOException {
        channel.force(false);
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

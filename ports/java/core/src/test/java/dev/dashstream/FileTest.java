package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTest {
    @TempDir
    Path folder;

    private Path file(int entries) throws IOException {
        Path path = folder.resolve("file-" + System.nanoTime() + ".dsf");
        try (FrameFileWriter writer = FrameFileWriter.create(path)) {
            for (int i = 0; i < entries; i++) {
                writer.append(Samples.heartbeats(1 + 3L * i, 3));
            }
        }
        return path;
    }

    private static List<FileEvent> read(byte[] file, int piece) {
        List<FileEvent> events = new ArrayList<>();
        FrameFileReader reader = new FrameFileReader(new FrameReader(), events::add);
        for (int at = 0; at < file.length; at += piece) {
            reader.push(file, at, Math.min(piece, file.length - at));
        }
        reader.finish();
        return events;
    }

    private static long accepted(List<FileEvent> events) {
        return events.stream().filter(FileEvent.Accepted.class::isInstance).count();
    }

    @Test
    void everyFileHasItsOwnMarker() throws IOException {
        byte[] one = Files.readAllBytes(file(0));
        byte[] other = Files.readAllBytes(file(0));
        assertFalse(Arrays.equals(one, other));
        assertEquals(List.of(), read(one, 100));
    }

    @Test
    void reopeningTruncatesToTheLastAcceptedFrame() throws IOException {
        Path path = file(2);
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(whole, whole.length - 1));
        try (FrameFileWriter writer = FrameFileWriter.reopen(path)) {
            writer.append(Samples.heartbeats(4, 3));
        }
        assertArrayEquals(whole, Files.readAllBytes(path));
    }

    @Test
    void aFileThatIsTooShortBeginsAgain() throws IOException {
        Path path = folder.resolve("short.dsf");
        Files.write(path, Arrays.copyOf(Files.readAllBytes(file(0)), 20));
        FrameFileWriter.reopen(path).close();
        assertEquals(List.of(), read(Files.readAllBytes(path), 100));
    }

    /** Tries to go on with a file, which is refused and left as it is. */
    private void assertRefused(byte[] bytes, ErrorCode code, long offset) throws IOException {
        Path path = folder.resolve("refused.dsf");
        Files.write(path, bytes);
        DashStreamException error = assertThrows(DashStreamException.class, () -> FrameFileWriter.reopen(path));
        assertEquals(code, error.code());
        assertEquals(offset, error.offset());
        assertArrayEquals(bytes, Files.readAllBytes(path));
    }

    @Test
    void aDamagedHeaderIsNotWrittenBehind() throws IOException {
        byte[] whole = Files.readAllBytes(file(1));
        for (int at = 0; at < FrameFile.HEADER_LENGTH; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 1;
            if (at < 8) {
                assertRefused(bytes, ErrorCode.FILE_SIGNATURE, 0);
                // What is shorter may be somebody's data too
                assertRefused(Arrays.copyOf(bytes, at + 1), ErrorCode.FILE_SIGNATURE, 0);
            } else {
                assertRefused(bytes, ErrorCode.FILE_MARKER, 8);
            }
            assertEquals(1, accepted(read(bytes, 7)));
        }
    }

    @Test
    void whatIsNotSupportedIsNotCutOff() throws IOException {
        byte[] whole = Files.readAllBytes(file(3));
        int entry = (whole.length - FrameFile.HEADER_LENGTH) / 3;
        int[][] changes = {{1, 2}, {2, 1}, {26, 9}, {27, 2}};
        ErrorCode[] codes = {ErrorCode.VERSION, ErrorCode.CRITICAL_FLAG, ErrorCode.CODEC, ErrorCode.SCHEMA};
        for (int i = 0; i < changes.length; i++) {
            byte[] bytes = whole.clone();
            int start = FrameFile.HEADER_LENGTH + entry + FrameFile.MARKER_LENGTH;
            byte[] newer = Arrays.copyOfRange(bytes, start, start + entry - FrameFile.MARKER_LENGTH);
            newer[changes[i][0]] = (byte) changes[i][1];
            Samples.seal(newer);
            System.arraycopy(newer, 0, bytes, start, newer.length);
            int end = start + newer.length;
            assertRefused(Arrays.copyOf(bytes, end), codes[i], changes[i][0]);
            assertRefused(Arrays.copyOf(bytes, end - 1), codes[i], changes[i][0]);
            assertRefused(Arrays.copyOf(bytes, bytes.length - 1), codes[i], changes[i][0]);
            // An accepted frame behind it leaves it where it is
            Path path = folder.resolve("followed.dsf");
            Files.write(path, bytes);
            FrameFileWriter.reopen(path).close();
            assertArrayEquals(bytes, Files.readAllBytes(path));
        }
    }

    @Test
    void everyByteIsCoveredOnceHoweverTheFileIsCut() throws IOException {
        byte[] whole = Files.readAllBytes(file(6));
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] file = Arrays.copyOf(whole, whole.length - random.nextInt(40));
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                file[28 + random.nextInt(file.length - 28)] ^= (byte) (1 << random.nextInt(8));
            }
            List<FileEvent> events = read(file, file.length);
            assertEquals(file.length, covered(events));
            assertEquals(describe(events), describe(read(file, 1 + random.nextInt(90))));
        }
    }

    @Test
    void aFileReaderHoldsOneFrame() throws IOException {
        byte[] file = Files.readAllBytes(file(6));
        int frame = Samples.heartbeats(1, 3).length;
        for (int at = 28 + 16 + 64; at < file.length; at += 16 + frame) {
            file[at + 5] ^= 1;
        }
        FrameFileReader reader = new FrameFileReader(new FrameReader(), event -> { });
        for (int at = 0; at < file.length; at++) {
            reader.push(file, at, 1);
            // FILE-015
            assertTrue(reader.held() <= frame + 80, reader.held() + " bytes at " + at);
        }
    }

    /** The end of what header, accepted entries and skipped ranges cover without a hole. */
    private static long covered(List<FileEvent> events) {
        long at = 28;
        for (FileEvent event : events) {
            if (event instanceof FileEvent.Accepted entry) {
                assertEquals(at, entry.start());
                at = entry.end();
            } else if (event instanceof FileEvent.Skipped range) {
                assertEquals(at, range.start());
                at = range.end();
            }
        }
        return at;
    }

    private static String describe(List<FileEvent> events) {
        StringBuilder text = new StringBuilder();
        for (FileEvent event : events) {
            if (event instanceof FileEvent.Accepted entry) {
                text.append(entry.start()).append("..").append(entry.end()).append('\n');
            } else if (event instanceof FileEvent.Rejected frame) {
                text.append(frame.start()).append(frame.error().getMessage()).append('\n');
            } else {
                text.append(event).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void aFileWithoutSignatureAndMarkerIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(file(1));
        bytes[0] ^= 1;
        bytes[9] ^= 1;
        DashStreamException error = assertThrows(DashStreamException.class, () -> read(bytes, 1000));
        assertEquals(ErrorCode.FILE_SIGNATURE, error.code());
        assertTrue(accepted(read(Files.readAllBytes(file(1)), 1)) == 1);
    }
}

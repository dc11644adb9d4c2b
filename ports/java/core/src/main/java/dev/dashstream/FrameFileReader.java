package dev.dashstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads a file of frames that comes in pieces, and tells a sink what it finds, in the order of the file. */
public final class FrameFileReader {
    private enum State { HEADER, ENTRY, CANDIDATE, RESYNC, REFUSED, DONE }

    private static final int SLICE = 4096;

    private final FrameReader frames;
    private final Consumer<FileEvent> sink;
    private final FileWindow window = new FileWindow();
    private boolean ended;
    private State state = State.HEADER;
    /** The marker; null for a reader without markers. */
    private byte[] marker;
    /** Where an entry should begin; while resyncing, where the range began. */
    private long p;
    /** While resyncing, the next position to look at, and the code of the range. */
    private long q;
    private ErrorCode code;
    private long lastAccepted = -1;
    /** Of the candidate at p, once it was decoded: a frame, or the exception. */
    private Object verdict;
    /** Before the bytes up to here have come there is nothing to do. */
    private long needed;

    /** A reader that decodes with the limits and for the tenant of another. */
    public FrameFileReader(FrameReader frames, Consumer<FileEvent> sink) {
        this.frames = frames;
        this.sink = sink;
    }

    /** Reads a whole stream. */
    public void readAll(InputStream in) throws IOException {
        byte[] piece = new byte[65_536];
        int count;
        while ((count = in.read(piece)) >= 0) {
            push(piece, 0, count);
        }
        finish();
    }

    /** Takes a piece. */
    public void push(byte[] piece, int from, int count) {
        java.util.Objects.checkFromIndexSize(from, count, piece.length);
        // FILE-015: in slices, so that a long piece is not held as a whole
        for (int done = 0; done < count; done += SLICE) {
            int slice = Math.min(SLICE, count - done);
            window.append(piece, from + done, slice);
            run();
        }
    }

    /** Ends the file. FILE_SIGNATURE is thrown where it is refused. */
    public void finish() {
        if (ended) {
            throw new IllegalStateException("the file has ended");
        }
        ended = true;
        run();
        long tail = lastAccepted >= 0 ? lastAccepted : window.end() < FrameFile.HEADER_LENGTH ? 8 : FrameFile.HEADER_LENGTH;
        // FILE-009
        if (tail < window.end()) {
            sink.accept(new FileEvent.TornTail(tail));
        }
    }

    /** Bytes of input that are held now. */
    int held() {
        return window.held();
    }

    /** Goes on as far as the bytes allow; each step says whether there is more to do now. */
    private void run() {
        boolean more = isKnown(needed);
        while (more) {
            more = switch (state) {
                case HEADER -> header();
                case ENTRY -> entry();
                case CANDIDATE -> candidate();
                case RESYNC -> resync();
                case REFUSED -> refused();
                case DONE -> false;
            };
        }
    }

    /** Whether the bytes before a position have come, or never will. */
    private boolean isKnown(long position) {
        return ended || position <= window.end();
    }

    /** Stops until the bytes before a position have come. */
    private boolean waitFor(long position) {
        needed = position;
        return false;
    }

    private boolean has(long position) {
        return position <= window.end();
    }

    private boolean header() {
        if (!isKnown(FrameFile.HEADER_LENGTH)) {
            return waitFor(FrameFile.HEADER_LENGTH);
        }
        boolean signed = has(8) && window.matches(0, FrameFile.SIGNATURE);
        readMarker();
        // FILE-001
        if (!signed && marker == null) {
            state = State.REFUSED;
            return true;
        }
        // FILE-002
        if (!signed) {
            skip(0, 8, ErrorCode.FILE_SIGNATURE);
        }
        // FILE-003
        if (marker == null) {
            skip(8, Math.min(FrameFile.HEADER_LENGTH, window.end()), ErrorCode.FILE_MARKER);
        }
        goOn(Math.min(FrameFile.HEADER_LENGTH, window.end()));
        return true;
    }

    /** All of the file is skipped, so what is said waits for its end. */
    private boolean refused() {
        window.release(window.end());
        if (ended) {
            skip(0, window.end(), ErrorCode.FILE_SIGNATURE);
            throw new DashStreamException(ErrorCode.FILE_SIGNATURE, 0, "FILE-001");
        }
        return false;
    }

    private void readMarker() {
        if (has(FrameFile.HEADER_LENGTH)) {
            byte[] found = window.copy(8, FrameFile.MARKER_LENGTH);
            boolean intact = Bytes.crc(found, 0, found.length) == Bytes.u32(window.copy(24, 4), 0);
            marker = intact ? found : null;
        }
    }

    private void skip(long start, long end, ErrorCode why) {
        if (start < end) {
            sink.accept(new FileEvent.Skipped(start, end, why));
        }
    }

    private void goOn(long position) {
        p = position;
        state = State.ENTRY;
        window.release(p);
    }

    private void resyncFrom(long position, ErrorCode why) {
        q = position;
        code = why;
        state = State.RESYNC;
    }

    private boolean hasMarker(long position) {
        return has(position + FrameFile.MARKER_LENGTH) && (marker == null || window.matches(position, marker));
    }

    /** Step 2. */
    private boolean isCandidate(long position) {
        return has(position + FrameFile.CANDIDATE_LENGTH)
                && hasMarker(position)
                && Prelude.isInOrder(window.array(), window.index(position + FrameFile.MARKER_LENGTH));
    }

    private boolean entry() {
        if (!isKnown(p + FrameFile.CANDIDATE_LENGTH)) {
            return waitFor(p + FrameFile.CANDIDATE_LENGTH);
        }
        // Step 1
        if (p == window.end()) {
            state = State.DONE;
            return false;
        }
        if (!isCandidate(p)) {
            return stray();
        }
        state = State.CANDIDATE;
        // FILE-015: the marker is known
        window.release(p + FrameFile.MARKER_LENGTH);
        return true;
    }

    /** Step 3. */
    private boolean stray() {
        long frameAt = p + FrameFile.MARKER_LENGTH;
        Prelude prelude = preludeAt(frameAt);
        if (prelude != null && prelude.hasLengths()) {
            long end = frameAt + prelude.frameLength();
            if (!isKnown(end)) {
                return waitFor(end);
            }
            // FILE-005
            if (has(end) && decode(frameAt, end) instanceof Frame frame) {
                skip(p, frameAt, ErrorCode.FILE_MARKER);
                accept(frameAt, end, frame);
                return true;
            }
        }
        resyncFrom(p + 1, hasMarker(p) || marker == null ? preludeFault(frameAt) : ErrorCode.FILE_MARKER);
        return true;
    }

    private Prelude preludeAt(long position) {
        boolean whole = has(position + Prelude.LENGTH) && Prelude.isInOrder(window.array(), window.index(position));
        return whole ? Prelude.of(window.copy(position, Prelude.LENGTH)) : null;
    }

    /** The first of PRE-001 to PRE-004 that fails. */
    private ErrorCode preludeFault(long position) {
        int length = (int) Math.max(0, Math.min(Prelude.LENGTH, window.end() - position));
        try {
            Prelude.read(window.array(), length == 0 ? 0 : window.index(position), length);
            throw new IllegalStateException("a prelude in order behind what is no candidate");
        } catch (DashStreamException e) {
            return e.code();
        }
    }

    /** The frame of these bytes, or the exception that tells what is wrong with it. */
    private Object decode(long start, long end) {
        try {
            return frames.decode(window.array(), window.index(start), (int) (end - start));
        } catch (DashStreamException e) {
            return e;
        }
    }

    private void accept(long start, long end, Frame frame) {
        sink.accept(new FileEvent.Accepted(start, end, frame));
        lastAccepted = end;
        // FILE-011
        goOn(end);
    }

    /** Step 4. */
    private boolean candidate() {
        long frameAt = p + FrameFile.MARKER_LENGTH;
        Prelude prelude = Prelude.of(window.copy(frameAt, Prelude.LENGTH));
        if (!prelude.hasLengths()) {
            // Step 4a: the prelude settles it
            return rejected(frameAt, prelude, decode(frameAt, frameAt + Prelude.LENGTH), false);
        }
        long end = frameAt + prelude.frameLength();
        if (!isKnown(end)) {
            return waitFor(end);
        }
        // Step 4b
        if (!has(end)) {
            return rejected(frameAt, prelude, decode(frameAt, window.end()), false);
        }
        return whole(frameAt, end, prelude);
    }

    /** Steps 4c and 4d. The verdict is kept while the bytes behind the frame are waited for. */
    private boolean whole(long frameAt, long end, Prelude prelude) {
        verdict = verdict == null ? decode(frameAt, end) : verdict;
        if (verdict instanceof Frame frame) {
            verdict = null;
            accept(p, end, frame);
            return true;
        }
        if (!isKnown(end + FrameFile.CANDIDATE_LENGTH)) {
            return waitFor(end + FrameFile.CANDIDATE_LENGTH);
        }
        Object why = verdict;
        verdict = null;
        return rejected(frameAt, prelude, why, end == window.end() || isCandidate(end));
    }

    private boolean rejected(long frameAt, Prelude prelude, Object why, boolean follows) {
        DashStreamException error = (DashStreamException) why;
        sink.accept(new FileEvent.Rejected(frameAt, prelude, error));
        if (follows) {
            // FILE-008
            long end = frameAt + prelude.frameLength();
            skip(p, end, error.code());
            goOn(end);
        } else {
            // FILE-007
            resyncFrom(frameAt + Prelude.LENGTH, error.code());
        }
        return true;
    }

    /** FILE-006. */
    private boolean resync() {
        while (has(q + FrameFile.CANDIDATE_LENGTH)) {
            if (isCandidate(q)) {
                skip(p, q, code);
                goOn(q);
                return true;
            }
            q++;
        }
        window.release(q);
        if (!ended) {
            return waitFor(q + FrameFile.CANDIDATE_LENGTH);
        }
        skip(p, window.end(), code);
        state = State.DONE;
        return false;
    }
}

package dev.dashstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** FRM-009: what a frame makes a reader allocate before its verdict. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aRejectedFrameTakesNoMoreThanItAnnounces() {
        for (int codec = 0; codec < 3; codec++) {
            byte[] frame = broken(codec);
            Samples.refused(frame);
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            DashStreamException error = refusedQuietly(frame);
            long used = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            assertEquals(ErrorCode.COLUMN_LEN, error.code());
            long budget = Bytes.u32(frame, 16) + Bytes.u32(frame, 20) + 65_536;
            assertTrue(used <= budget, "codec " + codec + ": " + used + " of " + budget);
        }
    }

    private static DashStreamException refusedQuietly(byte[] frame) {
        try {
            new FrameReader().decode(frame);
            throw new AssertionError("accepted");
        } catch (DashStreamException e) {
            return e;
        }
    }

    /** 65,535 records, and one fewer announced. */
    private static byte[] broken(int codec) {
        NewRecord record = NewRecord.of(6, 1_000).thread("t").payload(new Message(Schema.HEARTBEAT));
        FrameContent content = Samples.content(1, Samples.metadata(), Collections.nCopies(65_535, record));
        byte[] frame = new FrameWriter(Samples.options(codec)).encode(content);
        Bytes.put16(frame, 28, 65_534);
        Samples.seal(frame);
        return frame;
    }
}

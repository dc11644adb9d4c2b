package dev.dashstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The checks of the metadata: METADATA_WIRE, METADATA_FIELD and TENANT_MISMATCH. */
final class MetadataChecks {
    private static final int TENANT = 1;
    private static final int BOOT_NONCE = 2;
    private static final int TRACE_ID = 4;
    private static final int DROP_REASON = 5;
    private static final int DROP_REASON_COUNT = 6;
    private static final int DROPPED_TOTAL = 7;
    private static final int CONTEXTS = 8;
    private static final int REDACTION = 9;
    private static final int MAX_CONTEXTS = 16;

    private final byte[] b;
    private final int from;
    private final int to;
    private final int dropCount;
    /** By field number; -1 where the field is absent. */
    private final int[] tagAt = new int[10];
    private final int[] start = new int[10];
    private final int[] end = new int[10];
    private long droppedTotal;

    private MetadataChecks(byte[] b, int from, int length, int dropCount) {
        this.b = b;
        this.from = from;
        this.to = from + length;
        this.dropCount = dropCount;
    }

    /** Checks the metadata at from; what counts as offset begins 64 bytes before it. */
    static Metadata check(byte[] b, int from, int length, int dropCount, String tenant) {
        MetadataChecks checks = new MetadataChecks(b, from, length, dropCount);
        checks.scan();
        checks.index();
        checks.identity();
        checks.drops();
        checks.contexts();
        checks.redaction();
        checks.expected(tenant);
        return new Metadata(new MessageReader(b, i -> null).read(Schema.METADATA, from, checks.to));
    }

    private void scan() {
        try {
            new WireScanner(b, WireScanner.NO_REFS).scan(Schema.METADATA, from, to);
        } catch (WireFailure e) {
            throw new DashStreamException(ErrorCode.METADATA_WIRE, inFrame(e.tagAt), e.requirement);
        }
    }

    private void index() {
        Arrays.fill(tagAt, -1);
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            if (at.number < tagAt.length && at.number != CONTEXTS) {
                tagAt[at.number] = at.tagAt;
                start[at.number] = at.start;
                end[at.number] = at.end;
                droppedTotal = at.number == DROPPED_TOTAL ? at.value : droppedTotal;
            }
        }
    }

    private int inFrame(int position) {
        return position - from + Prelude.LENGTH;
    }

    private int length(int field) {
        return end[field] - start[field];
    }

    private DashStreamException fail(int field, String requirement) {
        return failAt(tagAt[field] < 0 ? to : tagAt[field], requirement);
    }

    private DashStreamException failAt(int position, String requirement) {
        return new DashStreamException(ErrorCode.METADATA_FIELD, inFrame(position), requirement);
    }

    private void identity() {
        // META-001
        if (length(TENANT) == 0) {
            throw fail(TENANT, "META-001");
        }
        // META-002
        if (length(TENANT) > 255) {
            throw fail(TENANT, "META-002");
        }
        // META-003
        if (length(BOOT_NONCE) != 8) {
            throw fail(BOOT_NONCE, "META-003");
        }
        // META-004
        int trace = length(TRACE_ID);
        if (trace != 0 && (trace != 16 || Bytes.allZero(b, start[TRACE_ID], end[TRACE_ID]))) {
            throw fail(TRACE_ID, "META-004");
        }
    }

    private void drops() {
        int reasons = Varints.count(b, start[DROP_REASON], end[DROP_REASON]);
        int counts = Varints.count(b, start[DROP_REASON_COUNT], end[DROP_REASON_COUNT]);
        // META-005
        if (reasons != counts) {
            throw fail(DROP_REASON, "META-005");
        }
        // META-006
        if (reasons > 32) {
            throw fail(DROP_REASON, "META-006");
        }
        reasons();
        counts();
        // META-010
        if (droppedTotal < dropCount) {
            throw fail(DROPPED_TOTAL, "META-010");
        }
    }

    private void reasons() {
        Set<Long> seen = new HashSet<>();
        Varints values = new Varints(b, start[DROP_REASON], end[DROP_REASON]);
        while (values.hasNext()) {
            long reason = values.next();
            // META-007
            if (reason == 0 || !seen.add(reason)) {
                throw fail(DROP_REASON, "META-007");
            }
        }
    }

    private void counts() {
        long sum = 0;
        Varints values = new Varints(b, start[DROP_REASON_COUNT], end[DROP_REASON_COUNT]);
        while (values.hasNext()) {
            long count = values.next();
            // META-008
            if (count == 0) {
                throw fail(DROP_REASON_COUNT, "META-008");
            }
            sum += count;
        }
        // META-009
        if (sum != dropCount) {
            throw fail(DROP_REASON_COUNT, "META-009");
        }
    }

    private void contexts() {
        int bad = -1;
        int count = 0;
        Fields at = new Fields(b, from, to);
        while (at.next()) {
            if (at.number != CONTEXTS) {
                continue;
            }
            // META-011: checked before META-012, so a bad context is only noted until all are counted
            if (++count > MAX_CONTEXTS) {
                throw failAt(at.tagAt, "META-011");
            }
            if (bad < 0 && !isContext(at.start, at.end)) {
                bad = at.tagAt;
            }
        }
        // META-012
        if (bad >= 0) {
            throw failAt(bad, "META-012");
        }
    }

    private boolean isContext(int contextStart, int contextEnd) {
        boolean any = false;
        Fields at = new Fields(b, contextStart, contextEnd);
        while (at.next()) {
            if (at.number <= 4) {
                if (at.length() > 256) {
                    return false;
                }
                any |= at.length() > 0;
            }
        }
        return any;
    }

    private void redaction() {
        if (tagAt[REDACTION] < 0) {
            return;
        }
        int reason = 0;
        Fields at = new Fields(b, start[REDACTION], end[REDACTION]);
        while (at.next()) {
            reason = at.number == 2 ? at.length() : reason;
        }
        // META-013
        if (reason == 0 || reason > 256) {
            throw fail(REDACTION, "META-013");
        }
    }

    private void expected(String tenant) {
        if (tenant == null) {
            return;
        }
        byte[] bytes = tenant.getBytes(StandardCharsets.UTF_8);
        // META-014
        if (!Arrays.equals(b, start[TENANT], end[TENANT], bytes, 0, bytes.length)) {
            throw new DashStreamException(ErrorCode.TENANT_MISMATCH, inFrame(tagAt[TENANT]), "META-014");
        }
    }
}

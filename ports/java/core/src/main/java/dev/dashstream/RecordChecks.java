package dev.dashstream;

/** Judges each record of an accepted frame by itself. */
final class RecordChecks {
    private final Frame frame;
    private final Columns columns;
    private final WireScanner scanner;
    private final PayloadRules rules;
    private final boolean redacted;

    RecordChecks(Frame frame) {
        this.frame = frame;
        this.columns = frame.columns();
        this.scanner = new WireScanner(frame.body().raw, frame.body().strings);
        this.redacted = frame.metadata().redaction() != null;
        this.rules = new PayloadRules(frame.body().raw, frame.prelude().epoch(), redacted);
    }

    /** The error of each record, or null where there is none at all. */
    RecordError[] errors() {
        RecordError[] errors = null;
        int count = columns.kind.length;
        for (int i = 0; i < count; i++) {
            RecordError error = error(i);
            if (error != null) {
                errors = errors == null ? new RecordError[count] : errors;
                errors[i] = error;
            }
        }
        return errors;
    }

    private RecordError error(int i) {
        int kind = columns.kind[i];
        // REC-024
        if (redacted && !Schema.isControl(kind)) {
            return payload(i, "REC-024");
        }
        MessageType type = Schema.ofKind(kind);
        if (type == null) {
            // REC-003, and REC-002 for an odd one
            return kind % 2 == 0
                    ? new RecordError(ErrorCode.UNKNOWN_CRITICAL_KIND, columns.kindAt[i], "REC-003")
                    : null;
        }
        String broken = broken(type, i);
        return broken == null ? null : payload(i, broken);
    }

    private String broken(MessageType type, int i) {
        int from = columns.payloadAt[i];
        int to = columns.payloadAt[i + 1];
        try {
            // REC-005
            if (!scanner.scan(type, from, to)) {
                return "REC-005";
            }
        } catch (WireFailure e) {
            // REC-004
            return "REC-004";
        }
        return rules.broken(type, from, to, columns.sequence[i]);
    }

    /** REC-025. */
    private RecordError payload(int i, String requirement) {
        return new RecordError(ErrorCode.PAYLOAD, columns.payloadAt[i], requirement);
    }
}

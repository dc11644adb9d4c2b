package dev.dashstream;

/** A frame, a record, a file or the input of a writer was refused. */
public final class DashStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final long offset;
    private final String requirement;

    DashStreamException(ErrorCode code, long offset, String requirement) {
        super(describe(code, offset, requirement));
        this.code = code;
        this.offset = offset;
        this.requirement = requirement;
    }

    /** What a writer refuses has no offset. */
    static DashStreamException refuse(ErrorCode code, String requirement, String why) {
        return new DashStreamException(code, requirement, why);
    }

    /** INPUT: what a writer was given has no place in a frame. */
    public static DashStreamException input(String why) {
        return refuse(ErrorCode.INPUT, "JSON-002", why);
    }

    private DashStreamException(ErrorCode code, String requirement, String why) {
        super(code + " (" + requirement + "): " + why);
        this.code = code;
        this.offset = -1;
        this.requirement = requirement;
    }

    private static String describe(ErrorCode code, long offset, String requirement) {
        return code + " at " + offset + " (" + requirement + ")";
    }

    /** The code of the check that failed. */
    public ErrorCode code() {
        return code;
    }

    /** The byte offset, counted as the registry of errors says; -1 where a writer refuses. */
    public long offset() {
        return offset;
    }

    /** The requirement that failed, such as {@code PRE-004}. */
    public String requirement() {
        return requirement;
    }
}

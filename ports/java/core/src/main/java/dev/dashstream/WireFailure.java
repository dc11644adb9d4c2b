package dev.dashstream;

/** The wire scan failed; whoever asked for it gives it a code. */
final class WireFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The first byte of the tag of the innermost field in which the scan failed. */
    final int tagAt;
    final String requirement;

    WireFailure(int tagAt, String requirement) {
        // Hostile payloads can bring thousands of these, so they carry no stack.
        super(requirement, null, false, false);
        this.tagAt = tagAt;
        this.requirement = requirement;
    }
}

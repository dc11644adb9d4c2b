package dev.dashstream;

/**
 * How much a ledger remembers; what is older it forgets, and says FORGOTTEN where that would tell.
 *
 * @param ranges counted ranges, and as many missing ranges, of each account
 * @param epochs accounts of each lane
 * @param nonces boot nonces of each producer
 */
public record LedgerBounds(int ranges, int epochs, int nonces) {
    /** A ledger that forgets nothing. */
    public static final LedgerBounds NONE = new LedgerBounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Bounds of at least 1 each. */
    public LedgerBounds {
        if (ranges < 1 || epochs < 1 || nonces < 1) {
            throw new IllegalArgumentException("a bound below 1");
        }
    }
}

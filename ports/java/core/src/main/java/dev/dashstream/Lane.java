package dev.dashstream;

import java.util.Collection;
import java.util.TreeMap;

/** What a ledger knows of a lane. */
public final class Lane {
    private final String producerId;
    private final long number;
    private final TreeMap<Long, Account> accounts = new TreeMap<>();
    private long currentEpoch;
    /** Accounts of epochs below this one were forgotten. */
    private long epochsFrom;
    private boolean ended;
    private String tenant;
    private Long partition;

    Lane(String producerId, long number) {
        this.producerId = producerId;
        this.number = number;
    }

    /** The producer, as 32 hexadecimal digits. */
    public String producerId() {
        return producerId;
    }

    /** The number of the lane. */
    public long number() {
        return number;
    }

    /** The accounts, by epoch. */
    public Collection<Account> accounts() {
        return java.util.Collections.unmodifiableCollection(accounts.values());
    }

    Account account(long epoch) {
        return accounts.get(epoch);
    }

    Account open(long epoch, long first) {
        Account account = new Account(epoch, first);
        accounts.put(epoch, account);
        return account;
    }

    /** Forgets the accounts of the oldest epochs above a number. */
    void forget(int epochs) {
        while (accounts.size() > epochs) {
            epochsFrom = accounts.pollFirstEntry().getKey() + 1;
        }
    }

    boolean hasForgotten(long epoch) {
        return epoch < epochsFrom;
    }

    Account current() {
        return accounts.get(currentEpoch);
    }

    long currentEpoch() {
        return currentEpoch;
    }

    void currentEpoch(long epoch) {
        currentEpoch = epoch;
    }

    boolean isEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /** Step 10: whether tenant or partition is another than the lane's. */
    boolean movesTo(String frameTenant, Long framePartition) {
        tenant = tenant == null ? frameTenant : tenant;
        partition = partition == null ? framePartition : partition;
        return !tenant.equals(frameTenant) || framePartition != null && !framePartition.equals(partition);
    }
}

// The account of every lane that a reader sees (loss.md).
import type { Fault } from '../errors.js';
import { plainBytes, type Frame } from '../frame.js';
import { toHex } from '../json/hex.js';
import { countablePrelude, span, type Prelude } from '../prelude.js';
import type { Account } from './account.js';
import { say, type Arrival, type Lane } from './arrival.js';
import { newEpoch, openLane } from './epoch.js';
import { knownRange, settle } from './known.js';
import type { AccountReport, EndVerdict, LedgerBounds, LedgerVerdict } from './types.js';

interface Producer {
  readonly nonces: Map<number, string>;
  readonly lanes: Map<number, Lane>;
}

/** Keeps producers, lanes and epochs apart (LOSS-020). */
export class Ledger {
  private readonly producers = new Map<string, Producer>();

  constructor(private readonly bounds: LedgerBounds = {}) {}

  /** Tells of an accepted frame. */
  accepted(frame: Frame, partition?: number): LedgerVerdict[] {
    return this.arrive(frame.prelude, frame, partition);
  }

  /** Tells of a rejected frame, with its bytes and the fault. LOSS-016: it is counted only where it is countable. */
  rejected(bytes: Uint8Array, fault: Fault, partition?: number): LedgerVerdict[] {
    if (fault.code === 'TENANT_MISMATCH') return [];
    const prelude = countablePrelude(plainBytes(bytes));
    return prelude ? this.arrive(prelude, undefined, partition) : [];
  }

  /** LOSS-008: the lanes of whose current epoch nothing tells how it ended. */
  end(): EndVerdict[] {
    const open = this.sortedLanes().filter((lane) => lane.accounts.get(lane.current)!.tail === 'open');
    return open.map(({ producerId, lane, current }) => ({ producerId, lane, verdict: 'TAIL_UNKNOWN', arg: current }));
  }

  /** The accounts, in the order of producer, lane and epoch. */
  accounts(): AccountReport[] {
    return this.sortedLanes().flatMap(({ producerId, lane, accounts }) =>
      [...accounts.values()].sort((a, b) => a.epoch - b.epoch).map((account) => {
        const { epoch, first, last, seen, declared, unreadable, lost, tail } = account;
        return { producerId, lane, epoch, first, last, seen, declared, unreadable, lost, tail };
      }));
  }

  private sortedLanes(): Lane[] {
    const producers = [...this.producers].sort(([a], [b]) => (a < b ? -1 : 1));
    return producers.flatMap(([, producer]) => [...producer.lanes.values()].sort((a, b) => a.lane - b.lane));
  }

  private producer(id: string): Producer {
    let producer = this.producers.get(id);
    if (!producer) this.producers.set(id, (producer = { nonces: new Map(), lanes: new Map() }));
    return producer;
  }

  private arrive(prelude: Prelude, frame: Frame | undefined, partition: number | undefined): LedgerVerdict[] {
    const from = prelude.baseSequence;
    const arrival: Arrival = {
      prelude, frame, partition, from, to: from + span(prelude) - 1, said: [],
      original: frame?.metadata.redaction?.originalBodyCrc,
    };
    this.steps(arrival, toHex(prelude.producerId));
    return arrival.said;
  }

  private steps(arrival: Arrival, producerId: string): void {
    const { prelude } = arrival;
    const producer = this.producer(producerId);
    // Step 1.
    if (this.forks(producer, arrival)) return say(arrival, 'FORK');
    const lane = producer.lanes.get(prelude.lane);
    let account: Account | undefined;
    if (!lane) {
      const opened = openLane(producerId, arrival);
      producer.lanes.set(prelude.lane, opened);
      this.forward(opened, opened.accounts.get(prelude.epoch)!, arrival);
      return;
    }
    if (prelude.epoch > lane.current) {
      account = newEpoch(lane, arrival);
      if (account) this.forward(lane, account, arrival);
      return;
    }
    account = lane.accounts.get(prelude.epoch);
    // Step 2: an epoch that was left behind, and has no account.
    if (!account) return say(arrival, prelude.epoch < lane.epochsFrom ? 'FORGOTTEN' : 'STALE_EPOCH');
    this.inEpoch(lane, account, arrival);
  }

  /** Step 1: whether another boot nonce was seen in the epoch. Without one, this becomes it. */
  private forks(producer: Producer, { prelude, frame }: Arrival): boolean {
    if (!frame) return false;
    const nonce = toHex(frame.metadata.bootNonce);
    const before = producer.nonces.get(prelude.epoch);
    if (before !== undefined) return before !== nonce;
    producer.nonces.set(prelude.epoch, nonce);
    const most = this.bounds.nonces ?? Infinity;
    if (producer.nonces.size > most) producer.nonces.delete(smallest(producer.nonces.keys()));
    return false;
  }

  /** Steps 5 to 7. */
  private inEpoch(lane: Lane, account: Account, arrival: Arrival): void {
    const { from, to, prelude } = arrival;
    const known = account.known(from, to, prelude.recordCount);
    if (known) return knownRange(lane, account, known, arrival);
    // Step 6: before the account.
    if (to < account.first) return say(arrival, 'STALE_EPOCH');
    // Step 8: forward.
    if (from > account.last) return this.forward(lane, account, arrival);
    // Step 7: inside.
    if (from < account.missingFrom) return say(arrival, 'FORGOTTEN');
    if (!account.missing.contains(from, to)) {
      // What lies in front of the account was never counted.
      const again = from >= account.first && to < account.countedFrom && !account.missing.touches(from, to);
      return say(arrival, again ? 'DUPLICATE' : 'OVERLAP');
    }
    say(arrival, 'LATE', prelude.recordCount);
    account.fill(from, to);
    this.count(lane, account, arrival);
  }

  /** Step 8. */
  private forward(lane: Lane, account: Account, arrival: Arrival): void {
    if (account.epoch < lane.current) return say(arrival, 'STALE_EPOCH');
    if (account.tail === 'ended' || lane.ended) return say(arrival, 'AFTER_END');
    const gap = account.miss(arrival.from - 1);
    if (gap) say(arrival, 'GAP', gap);
    account.last = arrival.to;
    this.count(lane, account, arrival);
  }

  /** Step 9, and what follows it. */
  private count(lane: Lane, account: Account, arrival: Arrival): void {
    const { prelude, from, to, frame, original } = arrival;
    const { recordCount, dropCount, bodyCrc } = prelude;
    account.count({ from, to, recordCount, dropCount, readable: frame !== undefined, bodyCrc, original });
    settle(lane, account, arrival);
    this.forget(lane, account);
  }

  private forget(lane: Lane, account: Account): void {
    const { counted = Infinity, missing = Infinity, epochs = Infinity } = this.bounds;
    account.forget(counted, missing);
    while (lane.accounts.size > Math.max(epochs, 1)) {
      const oldest = smallest(lane.accounts.keys());
      lane.accounts.delete(oldest);
      lane.epochsFrom = oldest + 1;
    }
  }
}

function smallest(numbers: Iterable<number>): number {
  let found = Infinity;
  for (const number of numbers) if (number < found) found = number;
  return found;
}

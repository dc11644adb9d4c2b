// Ranges that were counted before, and what an accepted frame says of its lane (steps 5, 10 and 11 of loss.md).
import type { LateDrops } from '../generated/messages.js';
import { Kind } from '../generated/registry.js';
import type { Account, Counted } from './account.js';
import { say, type Arrival, type Lane } from './arrival.js';

/** Step 5: whether a frame is the one that was counted. */
function isSame(known: Counted, { prelude, original }: Arrival): boolean {
  return prelude.bodyCrc === known.bodyCrc || original === known.bodyCrc || known.original === prelude.bodyCrc
    || (original !== undefined && original === known.original);
}

/** Step 5: the range was counted before. */
export function knownRange(lane: Lane, account: Account, known: Counted, arrival: Arrival): void {
  const { prelude, frame, original } = arrival;
  // LOSS-010: another content under the same numbers.
  if (!isSame(known, arrival)) return say(arrival, 'FORK');
  // LOSS-009: the same again.
  if (known.readable || !frame) return say(arrival, 'DUPLICATE');
  // LOSS-011: what could not be read arrives intact.
  say(arrival, 'LATE', prelude.recordCount);
  account.unreadable -= known.recordCount;
  account.seen += known.recordCount;
  known.readable = true;
  known.bodyCrc = prelude.bodyCrc;
  known.original = original;
  settle(lane, account, arrival);
}

/** Steps 10 and 11. */
export function settle(lane: Lane, account: Account, arrival: Arrival): void {
  const { frame, partition, to } = arrival;
  if (!frame) return;
  lane.tenant ??= frame.metadata.tenant;
  lane.partition ??= partition;
  // LOSS-017: another tenant or partition than the lane's.
  if (lane.tenant !== frame.metadata.tenant || (partition !== undefined && lane.partition !== partition)) {
    say(arrival, 'LANE_MOVED');
  }
  for (const record of frame.records) {
    if (record.is(Kind.LATE_DROPS)) declare(account, record.payload);
    const ends = record.is(Kind.EPOCH_END) || record.is(Kind.LANE_END);
    if (!ends || to !== account.last) continue;
    account.tail = 'ended';
    if (record.kind === Kind.LANE_END && account.epoch === lane.current) lane.ended = true;
  }
}

/** LOSS-018: missing numbers become declared, and only those. */
function declare(account: Account, drops: LateDrops): void {
  account.declared += account.fill(drops.first, drops.first + drops.count - 1);
}

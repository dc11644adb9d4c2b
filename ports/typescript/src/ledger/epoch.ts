// Lanes and epochs that were not known (steps 3 and 4 of loss.md).
import type { EpochStart } from '../generated/messages.js';
import { Kind } from '../generated/registry.js';
import { Account } from './account.js';
import { say, type Arrival, type Lane } from './arrival.js';

/** Step 3: a lane that was not known begins with this frame. */
export function openLane(producerId: string, arrival: Arrival): Lane {
  const { prelude, from } = arrival;
  if (from > 1) say(arrival, 'BASELINE', from);
  return {
    producerId, lane: prelude.lane, accounts: new Map([[prelude.epoch, new Account(prelude.epoch, from)]]),
    tenant: undefined, partition: undefined, ended: false, current: prelude.epoch, epochsFrom: 0,
  };
}

/** The EPOCH_START at sequence 1, where the frame begins with one that is not rejected. */
function epochStart({ frame, from }: Arrival): EpochStart | undefined {
  const record = from === 1 ? frame?.records[0] : undefined;
  return record?.is(Kind.EPOCH_START) ? record.payload : undefined;
}

/** Step 4: a new epoch; undefined where the steps stop. */
export function newEpoch(lane: Lane, arrival: Arrival): Account | undefined {
  const current = lane.accounts.get(lane.current)!;
  const start = epochStart(arrival);
  if (lane.ended) say(arrival, 'AFTER_END');
  else if (start ? startsEpoch(lane, current, start, arrival) : jumpsEpoch(current, arrival)) {
    const account = new Account(arrival.prelude.epoch, 1);
    lane.accounts.set(account.epoch, account);
    lane.current = account.epoch;
    return account;
  }
  return undefined;
}

/** Step 4 with an EPOCH_START: whether the steps go on. */
function startsEpoch(lane: Lane, current: Account, start: EpochStart, arrival: Arrival): boolean {
  const { previousEpoch, previousLastSequence: last } = start;
  // LOSS-005: it does not know of the current epoch, or contradicts what was seen of it.
  const contradicts = previousEpoch < current.epoch
    || (previousEpoch === current.epoch && (last < current.last || (last > current.last && current.tail === 'ended')));
  if (contradicts) {
    say(arrival, 'FORK');
    return false;
  }
  if (previousEpoch === current.epoch) {
    // LOSS-006: the tail of the epoch before was lost.
    const gap = current.miss(last);
    if (gap) say(arrival, 'GAP', gap);
    if (current.tail === 'open') current.tail = 'closed';
    return true;
  }
  if (current.tail === 'open') say(arrival, 'TAIL_UNKNOWN', current.epoch);
  // LOSS-007: epochs of which nothing was seen; of the last of them it is known how long it was.
  say(arrival, 'EPOCH_MISSING', previousEpoch - current.epoch);
  const missed = new Account(previousEpoch, 1);
  missed.miss(last);
  missed.tail = 'closed';
  lane.accounts.set(previousEpoch, missed);
  return true;
}

/** Step 4 without an EPOCH_START. */
function jumpsEpoch(current: Account, arrival: Arrival): true {
  if (current.tail === 'open') say(arrival, 'TAIL_UNKNOWN', current.epoch);
  const between = arrival.prelude.epoch - current.epoch - 1;
  if (between > 0) say(arrival, 'EPOCH_MISSING', between);
  return true;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame, encodeFrame, Kind, Ledger, type Frame, type LedgerBounds, type RecordInput } from '../src/index.js';
import { CASES, Random, SEED } from './support/random.js';

const heartbeats = (count: number): RecordInput[] => Array.from({ length: count }, () => ({ kind: Kind.HEARTBEAT, timeUs: 0, payload: {} }));

function frameOf(base: number, count: number, epoch = 1, nonce = 1, records = heartbeats(count)): Uint8Array {
  return encodeFrame({
    producerId: new Uint8Array(16).fill(1), baseSequence: base, epoch, records,
    metadata: { tenant: 't', bootNonce: new Uint8Array(8).fill(nonce) },
  });
}

function tell(ledger: Ledger, bytes: Uint8Array, damaged: boolean): string[] {
  if (!damaged) return ledger.accepted(decodeFrame(bytes)).map((v) => v.verdict);
  const broken = bytes.slice();
  broken[broken.length - 1] ^= 1;
  return ledger.rejected(broken, { code: 'BODY_CRC', offset: 12, requirement: 'FRM-007' }).map((v) => v.verdict);
}

function checkSums(ledger: Ledger): void {
  for (const a of ledger.accounts()) assert.equal(a.seen + a.declared + a.unreadable + a.lost, a.last - a.first + 1);
}

test(`every_account_adds_up, seed ${SEED}`, () => {
  const random = new Random(SEED);
  for (let i = 0; i < CASES / 50; i++) {
    const ledger = new Ledger(random.below(2) ? {} : { counted: 2, missing: 1, epochs: 1, nonces: 1 });
    for (let k = 0; k < 30; k++) {
      tell(ledger, frameOf(1 + random.below(40), 1 + random.below(4), 1 + random.below(3)), random.below(4) === 0);
      checkSums(ledger);
    }
  }
});

test('frames_in_any_order_are_counted_once', () => {
  const ledger = new Ledger();
  const frames = [[1, 3], [4, 2], [6, 5], [11, 1], [12, 4]].map(([base, count]) => frameOf(base, count));
  const random = new Random(SEED);
  tell(ledger, frames[0], false);
  for (let i = 0; i < 60; i++) tell(ledger, random.pick(frames), random.below(3) === 0);
  for (const frame of frames) tell(ledger, frame, false);
  const [account] = ledger.accounts();
  assert.deepEqual([account.first, account.last, account.seen, account.lost, account.unreadable], [1, 15, 15, 0, 0]);
});

test('a_ledger_with_bounds_says_what_it_has_forgotten', () => {
  const ledger = new Ledger({ counted: 2, missing: 1, epochs: 1, nonces: 1 });
  const said = (base: number, count: number, epoch = 1): string[] => tell(ledger, frameOf(base, count, epoch), false);
  assert.deepEqual(said(1, 1), []);
  assert.deepEqual(said(3, 1), ['GAP']);
  assert.deepEqual(said(5, 1), ['GAP']);
  // The hole at 2 is forgotten, the one at 4 is known; the range at 1 is forgotten, and lies below the hole.
  assert.deepEqual(said(2, 1), ['FORGOTTEN']);
  assert.deepEqual(said(4, 1), ['LATE']);
  assert.deepEqual(said(6, 1), []);
  for (const base of [3, 4]) assert.deepEqual(said(base, 1), ['DUPLICATE']);
  assert.deepEqual(said(1, 1, 2), ['TAIL_UNKNOWN']);
  assert.deepEqual(said(1, 1, 1), ['FORGOTTEN']);
  assert.equal(ledger.accounts().length, 1);
});

test('what_could_not_be_read_and_is_forgotten_is_not_counted_again', () => {
  const ledger = new Ledger({ counted: 1 });
  assert.deepEqual(tell(ledger, frameOf(1, 1), true), []);
  assert.deepEqual(tell(ledger, frameOf(2, 1), false), []);
  assert.deepEqual(tell(ledger, frameOf(1, 1), false), ['FORGOTTEN']);
  checkSums(ledger);
});

test('what_was_forgotten_is_a_duplicate', () => {
  const ledger = new Ledger({ counted: 1 });
  const said = (base: number, count: number): string[] => tell(ledger, frameOf(base, count), false);
  for (const base of [5, 9, 11]) said(base, 2);
  assert.deepEqual(said(7, 2), ['LATE']);
  assert.deepEqual(said(9, 2), ['DUPLICATE']);
  // In front of the account nothing was counted.
  assert.deepEqual(said(4, 3), ['OVERLAP']);
});

test('a_nonce_is_remembered_as_long_as_the_bound_allows', () => {
  const forked = (bounds: LedgerBounds) => {
    const ledger = new Ledger(bounds);
    for (const epoch of [1, 2]) tell(ledger, frameOf(1, 1, epoch), false);
    return tell(ledger, frameOf(2, 1, 1, 9), false);
  };
  assert.deepEqual(forked({}), ['FORK']);
  assert.deepEqual(forked({ nonces: 1 }), ['STALE_EPOCH']);
});

// What is missing in front of a forgotten range that could not be read is not filled any more, and can still be declared dropped.
test('what_is_still_known_to_be_missing_can_be_declared', () => {
  const ledger = new Ledger({ counted: 1 });
  tell(ledger, frameOf(1, 2), false);
  tell(ledger, frameOf(5, 2), false);
  tell(ledger, frameOf(7, 2), true);
  tell(ledger, frameOf(9, 2), false);
  assert.deepEqual(tell(ledger, frameOf(3, 2), false), ['FORGOTTEN']);
  tell(ledger, frameOf(11, 1, 1, 1, [{ kind: Kind.LATE_DROPS, timeUs: 0, payload: { first: 3, count: 2, reason: 7 } }]), false);
  const [account] = ledger.accounts();
  assert.deepEqual([account.lost, account.declared], [0, 2]);
});

test('a_record_tells_the_type_of_its_payload', () => {
  const frame: Frame = decodeFrame(frameOf(1, 1));
  const [record] = frame.records;
  assert.ok(record.is(Kind.HEARTBEAT) && record.payload.intervalUs === 0);
  assert.ok(!record.is(Kind.EDGE));
});

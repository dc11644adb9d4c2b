import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../src/crc32c.js';
import { xxh64 } from '../src/xxh64.js';
import { Random } from './support/random.js';

const digits = new TextEncoder().encode('123456789');
const hex = ([h, l]: [number, number]) => h.toString(16).padStart(8, '0') + l.toString(16).padStart(8, '0');

test('crc32c_of_nine_digits', () => {
  assert.equal(crc32c(digits), 0xe3069283);
  assert.equal(crc32c(digits, 4, 9, crc32c(digits, 0, 4)), 0xe3069283);
});

test('xxh64_of_nothing_and_of_nine_digits', () => {
  assert.equal(hex(xxh64(new Uint8Array(0))), 'ef46db3751d8e999');
  assert.equal(hex(xxh64(digits)), '8cb841db40e6ae83');
});

const MASK = 2n ** 64n - 1n;
const [P1, P2, P3, P4, P5] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
const turn = (x: bigint, n: bigint) => ((x << n) | (x >> (64n - n))) & MASK;
const round = (sum: bigint, w: bigint) => (turn((sum + w * P2) & MASK, 31n) * P1) & MASK;

/** The same with BigInt, from the description of the algorithm. */
function plainXxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let i = 0;
  let hash = P5;
  if (bytes.length >= 32) {
    let v = [(P1 + P2) & MASK, P2, 0n, (MASK + 1n - P1) & MASK];
    for (; i + 32 <= bytes.length; i += 32) v = v.map((sum, k) => round(sum, view.getBigUint64(i + 8 * k, true)));
    hash = (turn(v[0], 1n) + turn(v[1], 7n) + turn(v[2], 12n) + turn(v[3], 18n)) & MASK;
    for (const sum of v) hash = ((hash ^ round(0n, sum)) * P1 + P4) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; i + 8 <= bytes.length; i += 8) hash = (turn(hash ^ round(0n, view.getBigUint64(i, true)), 27n) * P1 + P4) & MASK;
  if (i + 4 <= bytes.length) {
    hash = (turn(hash ^ ((BigInt(view.getUint32(i, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    i += 4;
  }
  for (; i < bytes.length; i++) hash = (turn(hash ^ ((BigInt(bytes[i]) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

test('xxh64_is_that_of_its_description', () => {
  const random = new Random(7);
  for (let length = 0; length < 200; length++) {
    const bytes = random.bytes(length);
    assert.equal(hex(xxh64(bytes)), plainXxh64(bytes).toString(16).padStart(16, '0'));
  }
});

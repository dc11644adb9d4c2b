import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decompress } from 'fzstd';
import { inflate } from '../src/codec/inflate.js';
import { DashStreamError } from '../src/errors.js';
import { deflateLz4 } from '../src/write/lz4.js';
import { loadZstd } from '../src/zstd.js';
import { CASES, Random, SEED } from './support/random.js';

const zstd = await loadZstd();

/** Bytes with repetitions at every distance, of few or many values. */
function material(random: Random, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const values = random.pick([1, 2, 5, 30, 256]);
  for (let at = 0; at < length;) {
    const run = Math.min(1 + random.below(random.pick([4, 60, 3000])), length - at);
    const from = random.below(at + 1);
    if (at > 0 && random.below(3)) for (let i = 0; i < run; i++) out[at + i] = out[from + i];
    else for (let i = 0; i < run; i++) out[at + i] = random.below(values);
    at += run;
  }
  return out;
}

/** Four bytes in front and behind, as a frame has. */
function inFrame(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(body.length + 64);
  frame.set(body, 64);
  return frame;
}

test(`zstd_of_every_level_is_decoded, seed ${SEED}`, () => {
  const random = new Random(SEED);
  for (let i = 0; i < CASES / 10; i++) {
    const raw = material(random, random.pick([30, 1000, 40000, i % 20 ? 3000 : 700000]));
    const packed = zstd(raw, 1 + (i % 22));
    assert.deepEqual(inflate(1, inFrame(packed), 64, 64 + packed.length, raw.length), raw);
    assert.deepEqual(decompress(packed), raw);
  }
});

test(`damaged_zstd_is_refused_or_the_same, seed ${SEED}`, () => {
  const random = new Random(SEED + 1);
  for (let i = 0; i < CASES; i++) {
    const raw = material(random, 200 + random.below(3000));
    const frame = inFrame(zstd(raw, 1 + random.below(9)));
    for (let k = random.below(3); k >= 0; k--) frame[64 + random.below(frame.length - 64)] ^= 1 << random.below(8);
    try {
      assert.deepEqual(inflate(1, frame, 64, frame.length, raw.length), raw);
    } catch (error) {
      assert.ok(error instanceof DashStreamError && ['CODEC_PROFILE', 'DECOMPRESS'].includes(error.code), String((error as Error).stack));
    }
  }
});

test(`lz4_is_decoded_to_the_same, seed ${SEED}`, () => {
  const random = new Random(SEED + 2);
  let packedOnes = 0;
  for (let i = 0; i < CASES / 4; i++) {
    const raw = material(random, random.pick([1, 13, 200, 70000]));
    const packed = deflateLz4(raw);
    if (!packed) continue;
    packedOnes++;
    assert.ok(packed.length < raw.length);
    assert.deepEqual(inflate(2, inFrame(packed), 64, 64 + packed.length, raw.length), raw);
  }
  assert.ok(packedOnes > 20);
});

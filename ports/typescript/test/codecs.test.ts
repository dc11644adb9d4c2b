import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Zstd } from '@hpcc-js/wasm-zstd';
import { decompress } from 'fzstd';
import { BROKEN } from '../src/codec/bits.js';
import { inflate } from '../src/codec/inflate.js';
import { inflateZstd } from '../src/codec/zstd.js';
import { walkZstd } from '../src/codec/zstd-walk.js';
import { DashStreamError } from '../src/errors.js';
import { deflateLz4 } from '../src/write/lz4.js';
import { loadZstd } from '../src/zstd.js';
import { CASES, Random, SEED } from './support/random.js';

const zstd = await loadZstd();
const library = await Zstd.load();

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

/** Lines of one form with changing numbers: offsets that come again, as in the bodies of frames. */
function lines(random: Random, length: number): Uint8Array {
  const parts: string[] = [];
  for (let left = length; left > 0;) {
    const line = `{"node":"${random.pick(['plan', 'act', 'reflect'])}","step":${random.below(1000)},"ok":${random.below(2) === 0},"id":${random.below(1e9)}}\n`;
    parts.push(line);
    left -= line.length;
  }
  return new TextEncoder().encode(parts.join('').slice(0, length));
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
    const raw = random.pick([material, lines])(random, random.pick([30, 1000, 40000, i % 20 ? 3000 : 700000]));
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

/** What comes of a zstd frame whose checksum is not looked at: ours, or nothing where it is refused. */
function ours(frame: Uint8Array, rawLen: number): Uint8Array | undefined {
  const out = new Uint8Array(rawLen);
  try {
    return inflateZstd(frame, walkZstd(frame, 64, frame.length, rawLen), out) ? out : undefined;
  } catch (error) {
    assert.ok(error === BROKEN || error instanceof DashStreamError, String((error as Error).stack));
    return undefined;
  }
}

/** What libzstd makes of it, without the flag and the bytes of the checksum. */
function libzstds(frame: Uint8Array): Uint8Array | undefined {
  const plain = frame.slice(64, -4);
  plain[4] &= ~4;
  try {
    return library.decompress(plain);
  } catch {
    return undefined;
  }
}

test(`damaged_zstd_is_taken_only_where_libzstd_takes_it, seed ${SEED}`, () => {
  const random = new Random(SEED + 3);
  let taken = 0;
  for (let i = 0; i < CASES; i++) {
    const raw = random.pick([material, lines])(random, random.pick([40, 150, 600, 3000]));
    const frame = inFrame(zstd(raw, 1 + random.below(19)));
    for (let k = random.below(3); k >= 0; k--) {
      const at = Math.min(frame.length - 5, 71 + random.below(random.pick([12, 60, frame.length])));
      frame[at] = random.below(2) ? random.below(256) : frame[at] ^ (1 << random.below(8));
    }
    const out = ours(frame, raw.length);
    if (!out) continue;
    taken++;
    assert.deepEqual(out, libzstds(frame));
  }
  assert.ok(taken > CASES / 100);
});

const BEFORE = 300;

/** A zstd frame of a compressed block, with so many equal bytes before it that the window is no matter. */
function blockOf(rawLen: number, block: number[]): Uint8Array {
  const size = rawLen + BEFORE - 256;
  const repeat = (1 << 1) | (BEFORE << 3);
  const header = 5 | (block.length << 3);
  return inFrame(Uint8Array.from([
    0x28, 0xb5, 0x2f, 0xfd, 0x64, size & 255, size >> 8, repeat & 255, repeat >> 8, 0, 7, header & 255, header >> 8, 0, ...block,
    0, 0, 0, 0,
  ]));
}

test('literals_that_libzstd_refuses_are_refused', () => {
  const coded = (format: number, count: number, bytes: number[]) => {
    const header = 2 | (format << 2) | (count << 4) | (bytes.length << 14);
    return [header & 255, (header >> 8) & 255, header >> 16, ...bytes, 0];
  };
  // Symbols 1 and 2, with codes of one bit. Streams of 1 and 2 literals.
  const tree = [129, 0x01];
  const cases: [number, number[], boolean][] = [
    [2, coded(0, 2, [...tree, 0b101]), true],
    // The same codes, made of weights of which none is 1.
    [2, coded(0, 2, [129, 0x02, 0b101]), false],
    [6, coded(1, 6, [...tree, 1, 0, 1, 0, 1, 0, 5, 5, 5, 1]), true],
    [8, coded(1, 8, [...tree, 1, 0, 1, 0, 1, 0, 5, 5, 5, 5]), true],
    // Four streams of fewer than six literals.
    [4, coded(1, 4, [...tree, 1, 0, 1, 0, 1, 0, 2, 2, 2, 2]), false],
  ];
  for (const [rawLen, block, takes] of cases) {
    const frame = blockOf(rawLen, block);
    assert.equal(ours(frame, rawLen + BEFORE) !== undefined, takes, block.join(' '));
    assert.equal(libzstds(frame) !== undefined, takes, block.join(' '));
  }
});

test(`lz4_is_decoded_to_the_same, seed ${SEED}`, () => {
  const random = new Random(SEED + 2);
  let packedOnes = 0;
  for (let i = 0; i < CASES / 4; i++) {
    const raw = random.pick([material, lines])(random, random.pick([1, 13, 200, 70000]));
    const packed = deflateLz4(raw);
    if (!packed) continue;
    packedOnes++;
    assert.ok(packed.length < raw.length);
    assert.deepEqual(inflate(2, inFrame(packed), 64, 64 + packed.length, raw.length), raw);
  }
  assert.ok(packedOnes > 20);
});

test('lz4_reaches_back_no_further_than_its_offsets', () => {
  const random = new Random(SEED);
  for (const distance of [65534, 65535, 65536]) {
    const raw = new Uint8Array(distance + 5000);
    raw.set(random.bytes(distance));
    raw.copyWithin(distance, 0, 5000);
    const packed = deflateLz4(raw);
    assert.equal(packed !== undefined, distance <= 65535);
    if (packed) assert.deepEqual(inflate(2, inFrame(packed), 64, 64 + packed.length, raw.length), raw);
  }
});

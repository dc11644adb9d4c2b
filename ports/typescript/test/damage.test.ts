import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Codec, DashStreamError, decodeFrame, encodeFrame, ERRORS, FrameReader, lintFrame } from '../src/index.js';
import { loadZstd } from '../src/zstd.js';
import { randomContent } from './support/content.js';
import { mend } from './support/frames.js';
import { CASES, Random, SEED } from './support/random.js';

const zstd = await loadZstd();

/** Changes, inserts, removes or repeats a few bytes behind the prelude, or anywhere. */
function damage(frame: Uint8Array, random: Random, from: number): Uint8Array {
  let bytes = frame.slice();
  for (let i = random.below(4); i >= 0; i--) {
    const at = from + random.below(Math.max(bytes.length - from, 1));
    const head = bytes.subarray(0, at);
    switch (random.below(5)) {
      case 0: bytes[at] ^= 1 << random.below(8); break;
      case 1: bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff]); break;
      case 2: bytes = Uint8Array.from([...head, ...random.bytes(random.below(4)), ...bytes.subarray(at)]); break;
      case 3: bytes = Uint8Array.from([...head, ...bytes.subarray(at + random.below(5))]); break;
      default: bytes = Uint8Array.from([...head, ...bytes.subarray(at, at + random.below(30)), ...bytes.subarray(at)]);
    }
  }
  return bytes;
}

/** What a reader says: the code and place of its error, or nothing. Anything but a typed error fails. */
function verdict(read: () => unknown): string {
  try {
    read();
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof DashStreamError, String((error as Error).stack));
    assert.ok(error.code in ERRORS && Number.isSafeInteger(error.offset) && /^[A-Z0-9]+-\d{3}$/.test(error.requirement));
    return `${error.code} at ${error.offset}`;
  }
}

function inPieces(bytes: Uint8Array, random: Random): () => unknown {
  return () => {
    const reader = new FrameReader();
    for (let at = 0; at < bytes.length;) {
      const length = 1 + random.below(90);
      reader.push(bytes.subarray(at, at + length));
      at += length;
    }
    return reader.finish();
  };
}

test(`damaged_frames_give_typed_errors, seed ${SEED}`, () => {
  const random = new Random(SEED);
  const codes = new Map<string, number>();
  for (let i = 0; i < CASES / 10; i++) {
    const frame = encodeFrame(randomContent(random), { codec: random.pick([Codec.NONE, Codec.LZ4, Codec.ZSTD]), zstd });
    for (let k = 0; k < 10; k++) {
      const mended = random.below(10) > 0;
      const bytes = damage(frame, random, mended ? 64 : 0);
      if (mended) mend(bytes);
      const whole = verdict(() => decodeFrame(bytes));
      assert.equal(verdict(inPieces(bytes, random)), whole);
      if (whole === 'accepted') lintFrame(bytes);
      const code = whole.split(' ')[0];
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  // Damage of many kinds was met, and not one alone.
  assert.ok(codes.size > 8, [...codes].join(' '));
});

test('every_cut_is_told', () => {
  const frame = encodeFrame(randomContent(new Random(SEED)));
  for (let n = 0; n < frame.length; n++) {
    const expected = n === 0 ? 'EMPTY at 0' : n < 64 ? `SHORT_PRELUDE at ${n}` : `TRUNCATED at ${n}`;
    assert.equal(verdict(() => decodeFrame(frame.subarray(0, n))), expected);
  }
});

test('every_bit_matters', () => {
  const frame = encodeFrame(randomContent(new Random(SEED)));
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const bytes = frame.slice();
    bytes[bit >> 3] ^= 1 << (bit & 7);
    assert.notEqual(verdict(() => decodeFrame(bytes)), 'accepted');
  }
});

test('every_error_names_code_offset_and_requirement', () => {
  assert.throws(() => decodeFrame(Uint8Array.of(1)), /^DashStreamError: BAD_MAGIC at 0 \(PRE-002\)/);
  assert.throws(() => decodeFrame(null), /NULL_VALUE at 0 \(KAF-001\)/);
});

test('a_frame_that_was_refused_stays_refused', () => {
  const frame = encodeFrame(randomContent(new Random(SEED)));
  const reader = new FrameReader();
  reader.push(frame);
  for (const again of [() => reader.push(Uint8Array.of(1)), () => reader.push(new Uint8Array(0)), () => reader.finish()]) {
    assert.equal(verdict(again), `TRAILING at ${frame.length}`);
  }
});

test('shared_memory_is_read_like_any_other', () => {
  const frame = encodeFrame(randomContent(new Random(SEED)));
  const shared = new Uint8Array(new SharedArrayBuffer(frame.length));
  shared.set(frame);
  assert.deepEqual(decodeFrame(shared), decodeFrame(frame));
  assert.ok(decodeFrame(shared).metadata.bootNonce.buffer instanceof ArrayBuffer);
});

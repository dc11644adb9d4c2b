import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Codec, contextsOf, DashStreamError, decodeFrame, encodeFrame, frameFromJson, FrameReader, frameToJson, lintFrame, parseJson, stringifyJson,
  type Frame, type FrameInput,
} from '../src/index.js';
import { loadZstd } from '../src/zstd.js';
import { randomContent } from './support/content.js';
import { CASES, Random, SEED } from './support/random.js';

const zstd = await loadZstd();

/** The JSON form without what the codec changes. */
function essence(frame: Frame): string {
  const json = frameToJson(frame) as any;
  for (const key of ['body_len', 'raw_len', 'codec', 'ancillary_flags']) delete json.header[key];
  return stringifyJson(json);
}

function readInPieces(bytes: Uint8Array, random: Random): Frame {
  const reader = new FrameReader();
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(100);
    reader.push(bytes.subarray(at, at + length));
    at += length;
  }
  return reader.finish();
}

test(`what_is_encoded_is_decoded_to_the_same, seed ${SEED}`, () => {
  const random = new Random(SEED);
  for (let i = 0; i < CASES / 10; i++) {
    const content = randomContent(random);
    const plain = encodeFrame(content);
    const frame = decodeFrame(plain);
    assert.deepEqual(frame.records.filter((r) => r.error), []);
    assert.deepEqual(lintFrame(plain), []);
    frame.records.forEach((record, k) => {
      const { sequence, kind, timeUs, thread, parent, opaque } = content.records[k];
      assert.deepEqual([record.sequence, record.kind, record.timeUs, record.thread, record.parent, record.opaque],
        [sequence, kind, timeUs, thread, parent, opaque]);
    });
    for (const codec of [Codec.LZ4, Codec.ZSTD]) {
      assert.equal(essence(decodeFrame(encodeFrame(content, { codec, zstd }))), essence(frame));
    }
    assert.equal(essence(readInPieces(plain, random)), essence(frame));
    const again = encodeFrame(frameFromJson(parseJson(stringifyJson(frameToJson(frame)))));
    assert.equal(essence(decodeFrame(again)), essence(frame));
  }
});

test('a_tidy_frame_is_written_again_to_the_same_bytes', () => {
  const random = new Random(SEED + 1);
  for (let i = 0; i < 50; i++) {
    const bytes = encodeFrame(randomContent(random));
    const content = frameFromJson(parseJson(stringifyJson(frameToJson(decodeFrame(bytes)))));
    assert.deepEqual(encodeFrame(content), bytes);
  }
});

test('grease_varies', () => {
  const content = randomContent(new Random(3));
  const flags = new Set(Array.from({ length: 100 }, () => encodeFrame(content)[3]));
  assert.deepEqual([...flags].sort(), [0, 0x80]);
});

test('the_default_limit_fits_a_stock_broker', () => {
  const content = { ...randomContent(new Random(4)), records: [{ kind: 4097, timeUs: 0, opaque: new Uint8Array(1_000_000), traceId: new Uint8Array(16).fill(1) }] };
  assert.throws(() => encodeFrame(content), (e) => e instanceof DashStreamError && e.code === 'LOCAL_LIMIT');
  assert.equal(decodeFrame(encodeFrame(content, { maxFrameLen: Infinity })).records.length, 1);
});

test('contexts_are_the_places_of_the_records', () => {
  const at = (run: string, node?: string) => ({ kind: 4097, timeUs: 0, opaque: new Uint8Array(0), run, node });
  assert.deepEqual(contextsOf([at('r', 'n'), at('r', 'n'), at('r'), at('x'.repeat(257))]),
    [{ run: 'r', thread: '', node: 'n', task: '' }, { run: 'r', thread: '', node: '', task: '' }]);
  assert.equal(contextsOf(Array.from({ length: 40 }, (_, i) => at(`r${i}`))).length, 16);
});

test('what_is_no_unicode_is_refused', () => {
  const content = randomContent(new Random(5));
  const lone = 'a\ud800b';
  const spoiled: FrameInput[] = [
    { ...content, metadata: { ...content.metadata, tenant: lone } },
    { ...content, records: [{ ...content.records[0], node: lone }] },
  ];
  for (const input of spoiled) assert.throws(() => encodeFrame(input), (e) => e instanceof DashStreamError && e.code === 'INPUT');
});

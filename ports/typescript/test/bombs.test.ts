import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Codec, DashStreamError, decodeFrame, encodeFrame, Kind, type RecordInput } from '../src/index.js';
import { MAX_RAW_LEN } from '../src/generated/registry.js';
import { deflateLz4 } from '../src/write/lz4.js';
import { loadZstd } from '../src/zstd.js';
import { mend } from './support/frames.js';

const zstd = await loadZstd();
const template = encodeFrame({
  producerId: new Uint8Array(16).fill(1), baseSequence: 1, epoch: 1, ancillaryFlags: 0,
  metadata: { tenant: 't', bootNonce: new Uint8Array(8) }, records: [{ kind: Kind.HEARTBEAT, timeUs: 0, payload: {} }],
});
const metadataEnd = 64 + new DataView(template.buffer).getUint16(24, true);

/** A frame of one record over a body that is given. */
function frameOver(raw: Uint8Array, codec: number): Uint8Array {
  const stored = codec === Codec.ZSTD ? zstd(raw, 3) : deflateLz4(raw)!;
  const frame = new Uint8Array(metadataEnd + stored.length);
  frame.set(template.subarray(0, metadataEnd));
  frame.set(stored, metadataEnd);
  frame[26] = codec;
  new DataView(frame.buffer).setUint32(20, raw.length, true);
  return mend(frame);
}

/** Decodes, and gives the code, the milliseconds, and the bytes of buffers that it took at most. */
function measure(frame: Uint8Array): { code: string; ms: number; bytes: number } {
  const before = process.memoryUsage().arrayBuffers;
  const start = performance.now();
  let code = 'accepted';
  try {
    decodeFrame(frame);
  } catch (error) {
    assert.ok(error instanceof DashStreamError);
    code = error.code;
  }
  return { code, ms: performance.now() - start, bytes: process.memoryUsage().arrayBuffers - before };
}

const SLACK = 64 * 1024;

test('bombs_stay_within_their_limits', () => {
  const zeros = new Uint8Array(MAX_RAW_LEN);
  const emptyStrings = Uint8Array.from({ length: MAX_RAW_LEN }, (_, i) => (i % 2 ? 0 : 0x0a));
  for (const codec of [Codec.ZSTD, Codec.LZ4]) {
    for (const [raw, expected] of [[zeros, 'BODY_WIRE'], [emptyStrings, 'STRING_TABLE']] as const) {
      const frame = frameOver(raw, codec);
      assert.throws(() => decodeFrame(frame, { maxRawLen: 1000 }), /LOCAL_LIMIT at 20/);
      const { code, ms, bytes } = measure(frame);
      assert.equal(code, expected);
      // The scratch of the zstd decoder is made once.
      assert.ok(bytes <= raw.length + frame.length + SLACK + 131072, `${bytes} bytes`);
      assert.ok(ms < 5000, `${ms} ms`);
    }
  }
});

test('a_string_is_shared_by_its_records', () => {
  const node = 'n'.repeat(1024);
  const records: RecordInput[] = Array.from({ length: 65535 }, () => ({ kind: Kind.HEARTBEAT, timeUs: 0, node, run: node, payload: {} }));
  const frame = encodeFrame({
    producerId: new Uint8Array(16).fill(1), baseSequence: 1, epoch: 1,
    metadata: { tenant: 't', bootNonce: new Uint8Array(8) }, records,
  });
  const before = process.memoryUsage().heapUsed;
  const decoded = decodeFrame(frame);
  assert.equal(decoded.records.length, 65535);
  // 65,535 copies of 1 KiB would be 64 MiB.
  assert.ok(process.memoryUsage().heapUsed - before < 48 * 2 ** 20);
});

test('dropped_numbers_are_not_listed', () => {
  const frame = decodeFrame(encodeFrame({
    producerId: new Uint8Array(16).fill(1), baseSequence: 1, epoch: 1,
    metadata: { tenant: 't', bootNonce: new Uint8Array(8), dropReason: [1], dropReasonCount: [65535], droppedTotal: 65535 },
    records: [{ sequence: 65536, kind: Kind.HEARTBEAT, timeUs: 0, payload: {} }],
  }));
  assert.deepEqual(frame.records.map((record) => record.sequence), [65536]);
});

test('attributes_by_the_million_take_no_more_time_than_bytes', () => {
  // Attributes that all have the same key, in one payload.
  const attribute = [0x1a, 0x02, 0x08, 0x01];
  const payload = Uint8Array.from({ length: 4_000_000 }, (_, i) => attribute[i % 4]);
  const length = [0x80 | (payload.length & 127), 0x80 | ((payload.length >> 7) & 127), 0x80 | ((payload.length >> 14) & 127), payload.length >> 21];
  const raw = Uint8Array.from([0x0a, 1, 0x61, 0x12, 1, Kind.NODE_START, 0x72, length.length, ...length, 0x7a, ...length]);
  const body = new Uint8Array(raw.length + payload.length);
  body.set(raw);
  body.set(payload, raw.length);
  const start = performance.now();
  const frame = decodeFrame(frameOver(body, Codec.ZSTD));
  assert.equal(frame.records[0].error?.requirement, 'REC-010');
  assert.ok(performance.now() - start < 5000);
});

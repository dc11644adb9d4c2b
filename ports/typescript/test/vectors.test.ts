// The golden vectors of the specification, where they are: in the repository, or in a folder that the environment names.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  DashStreamError, decodeFrame, encodeFrame, FrameFileReader, fileReport, frameFromJson, frameToJson, Ledger, ledgerReport, lintFrame,
  parseJson, stringifyJson, type JsonValue, type ParsedJson,
} from '../src/index.js';
import { loadZstd } from '../src/zstd.js';

const folder = process.env.DASHSTREAM_VECTORS ?? join(import.meta.dirname, '../../../../vectors/json');
const zstd = await loadZstd();

type Vector = any;

function load(): Vector[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
    .map((name) => ({ ...JSON.parse(readFileSync(join(folder, name), 'utf8')), text: readFileSync(join(folder, name), 'utf8') }));
}

function bytesOf(runs: { hex: string; times?: number }[]): Uint8Array {
  return Buffer.concat(runs.flatMap(({ hex, times = 1 }) => Array<Buffer>(times).fill(Buffer.from(hex, 'hex'))));
}

/** What an operation says: its value, or code and offset of its error. */
function say<T>(work: () => T): { value?: T; error?: DashStreamError } {
  try {
    return { value: work() };
  } catch (error) {
    assert.ok(error instanceof DashStreamError, String((error as Error).stack));
    return { error };
  }
}

/** As JSON.parse has it; -0 is the only number that the two write differently, and JSON.parse reads both. */
const plain = (value: JsonValue): unknown => JSON.parse(stringifyJson(value));

function checkFrame(vector: Vector, frame: any): void {
  if (vector.expect.frame) assert.deepEqual(frame, vector.expect.frame);
  else {
    const { header, metadata, records } = frame;
    const summary = { header, metadata, records: records.length, first: records[0], last: records.at(-1) };
    assert.deepEqual(summary, vector.expect.summary);
  }
}

function decode(vector: Vector): void {
  const { bytes, tenant, limits = {} } = vector.input;
  const input = bytes && bytesOf(bytes);
  const { value, error } = say(() => decodeFrame(input, {
    tenant, maxFrameLen: limits.max_frame_len, maxRawLen: limits.max_raw_len, maxRecords: limits.max_records,
  }));
  if (vector.expect.error) {
    assert.deepEqual({ code: error?.code, offset: error?.offset }, vector.expect.error);
    return;
  }
  checkFrame(vector, plain(frameToJson(value!)));
  assert.deepEqual(lintFrame(input).sort(), [...(vector.expect.lints ?? [])].sort());
}

function encode(vector: Vector): void {
  const { options, repeat_records: times = 1 } = vector.input;
  const parsed = (parseJson(vector.text) as any).input.content as Record<string, ParsedJson>;
  const records = Array.isArray(parsed.records) ? Array(times).fill(parsed.records).flat() : parsed.records;
  const content = times > 1 ? { ...parsed, records } : parsed;
  const { value, error } = say(() => encodeFrame(frameFromJson(content), { ...options, zstd, maxFrameLen: Infinity }));
  if (vector.expect.error) {
    const { code, codes = [code] } = vector.expect.error;
    assert.ok(codes.includes(error?.code), `${error?.code} and not ${codes}`);
    return;
  }
  const frame = decodeFrame(value!);
  assert.equal(frame.prelude.codec, vector.expect.codec);
  const json = plain(frameToJson(frame)) as any;
  for (const key of ['body_len', 'raw_len', 'metadata_len', 'codec', 'ancillary_flags']) delete json.header[key];
  checkFrame(vector, json);
  assert.deepEqual(lintFrame(value!), []);
}

function file(vector: Vector): void {
  const { value, error } = say(() => {
    const reader = new FrameFileReader();
    return [...reader.push(bytesOf(vector.input.bytes)), ...reader.finish()];
  });
  if (vector.expect.error) {
    assert.deepEqual({ code: error?.code, offset: error?.offset }, vector.expect.error);
    return;
  }
  const report = plain(fileReport(value!)) as any;
  report.accepted = report.accepted.map(({ start, end, frame }: any) => ({ start, end, base_sequence: frame.header.base_sequence }));
  assert.deepEqual(report, { tail: null, ...vector.expect });
}

function ledger(vector: Vector): void {
  const book = new Ledger();
  const verdicts = vector.input.frames.map(({ bytes, partition }: any) => {
    const input = bytesOf(bytes);
    const { value, error } = say(() => decodeFrame(input));
    return value ? book.accepted(value, partition) : book.rejected(input, error!, partition);
  });
  assert.deepEqual(plain(ledgerReport(book, verdicts)), vector.expect);
}

const OPERATIONS: Record<string, (vector: Vector) => void> = { decode, encode, file, ledger };

test('every_vector_of_the_profiles_holds', { skip: !existsSync(folder) && 'there are no vectors here' }, () => {
  const vectors = load().filter((vector) => vector.operation in OPERATIONS);
  assert.ok(vectors.length > 1000);
  for (const vector of vectors) {
    try {
      OPERATIONS[vector.operation](vector);
    } catch (error) {
      throw new Error(`vector ${vector.id}`, { cause: error });
    }
  }
});

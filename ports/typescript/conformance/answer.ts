import { DashStreamError } from '../src/errors.js';
import { decodeFrame, type Frame, type ReadOptions } from '../src/frame.js';
import { FrameReader } from '../src/incremental.js';
import { frameFromJson } from '../src/json/from-json.js';
import { JsonNumber, parseJson, type ParsedJson, type ParsedObject } from '../src/json/parse.js';
import { frameToJson, type JsonObject, type JsonValue } from '../src/json/to-json.js';
import { FrameFileReader } from '../src/file/reader.js';
import { fileReport, ledgerReport } from '../src/json/reports.js';
import { Ledger } from '../src/ledger/ledger.js';
import { lintFrame } from '../src/lint.js';
import type { ZstdCompressor } from '../src/write/deflate.js';
import { encodeFrame } from '../src/write/encode.js';
import { loadZstd } from '../src/zstd.js';

type ReadFile = (path: string) => Uint8Array;

const HELLO = {
  protocol: 1,
  implementation: 'dashstream-typescript',
  version: '0.1.0',
  language: 'TypeScript',
  capabilities: ['decode', 'encode', 'file', 'ledger', 'zstd', 'lz4', 'incremental', 'lint', 'payloads'],
};

/** The bytes under `key`, or in the file under `key_path`. */
function bytesOf(question: ParsedObject, key: string, readFile: ReadFile): Uint8Array | null {
  const path = question[`${key}_path`];
  if (typeof path === 'string') return readFile(path);
  const text = question[key];
  return typeof text === 'string' ? Buffer.from(text, 'base64') : null;
}

/** Cuts bytes as `pieces` says; what is left is the last piece. */
export function cut(bytes: Uint8Array, pieces: ParsedJson): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const length of pieces as number[]) parts.push(bytes.subarray(at, (at += length)));
  parts.push(bytes.subarray(at));
  return parts;
}

function optionsOf(question: ParsedObject): ReadOptions {
  const limits = (question.limits ?? {}) as ParsedObject;
  const number = (value: ParsedJson | undefined) => (value === undefined ? undefined : Number(typeof value === 'object' ? Infinity : value));
  return {
    maxFrameLen: number(limits.max_frame_len), maxRawLen: number(limits.max_raw_len), maxRecords: number(limits.max_records),
    tenant: question.tenant as string | undefined,
  };
}

function decode(question: ParsedObject, readFile: ReadFile): JsonValue {
  const bytes = bytesOf(question, 'frame', readFile);
  const options = optionsOf(question);
  let frame: Frame;
  if (question.pieces === undefined || bytes === null) {
    frame = decodeFrame(bytes, options);
  } else {
    const reader = new FrameReader(options);
    for (const piece of cut(bytes, question.pieces)) reader.push(piece);
    frame = reader.finish();
  }
  return { frame: frameToJson(frame), lints: lintFrame(bytes!) };
}

let zstd: ZstdCompressor | undefined;

async function encode(question: ParsedObject, readFile: ReadFile): Promise<JsonValue> {
  zstd ??= await loadZstd();
  const path = question.content_path;
  const content = typeof path === 'string' ? parseJson(new TextDecoder().decode(readFile(path))) : question.content;
  const options = question.options as ParsedObject;
  // A level may be negative, or too large to be exact.
  const number = (value: ParsedJson | undefined) => (value instanceof JsonNumber ? Number(value.text) : (value as number | undefined));
  const frame = encodeFrame(frameFromJson(content), {
    codec: number(options.codec), level: number(options.level), threshold: number(options.threshold),
    maxFrameLen: Infinity, zstd,
  });
  return { frame: Buffer.from(frame).toString('base64') };
}

function fileOf(question: ParsedObject, readFile: ReadFile): JsonValue {
  const bytes = bytesOf(question, 'file', readFile)!;
  const reader = new FrameFileReader();
  const events = cut(bytes, question.pieces ?? []).flatMap((piece) => reader.push(piece));
  return fileReport([...events, ...reader.finish()]);
}

function ledgerOf(question: ParsedObject): JsonValue {
  const ledger = new Ledger();
  const verdicts = (question.input as ParsedObject[]).map((item) => {
    const bytes = Buffer.from(item.frame as string, 'base64');
    const partition = item.partition as number | undefined;
    try {
      return ledger.accepted(decodeFrame(bytes), partition);
    } catch (error) {
      if (error instanceof DashStreamError) return ledger.rejected(bytes, error, partition);
      throw error;
    }
  });
  return ledgerReport(ledger, verdicts);
}

async function ok(question: ParsedObject, readFile: ReadFile): Promise<JsonValue | undefined> {
  switch (question.op) {
    case 'hello': return HELLO;
    case 'decode': return decode(question, readFile);
    case 'encode': return await encode(question, readFile);
    case 'file': return fileOf(question, readFile);
    case 'ledger': return ledgerOf(question);
    default: return undefined;
  }
}

/** The answer to one line. */
export async function answer(line: string, readFile: ReadFile): Promise<JsonObject> {
  const question = parseJson(line) as ParsedObject;
  const id = Number(question.id);
  try {
    const value = await ok(question, readFile);
    return value === undefined ? { id, unsupported: `no operation ${String(question.op)}` } : { id, ok: value };
  } catch (error) {
    if (!(error instanceof DashStreamError)) throw error;
    const { code, offset, message } = error;
    return question.op === 'encode' ? { id, error: { code, message } }
      : question.op === 'decode' ? { id, error: { code, offset, released: 0, message } } : { id, error: { code, offset, message } };
  }
}

// The first 64 bytes, field by field (prelude.md).
import { Codec, crc32c, GREASE, MAGIC, PRELUDE_LEN, toHex } from '../port.js';
import { littleEndian } from './cursor.js';
import type { Item, Section } from './item.js';

/** Offset, size and name of each field. */
const FIELDS: readonly (readonly [number, number, string])[] = [
  [0, 1, 'magic'], [1, 1, 'version'], [2, 1, 'critical_flags'], [3, 1, 'ancillary_flags'], [4, 4, 'prelude_crc'],
  [8, 4, 'metadata_crc'], [12, 4, 'body_crc'], [16, 4, 'body_len'], [20, 4, 'raw_len'], [24, 2, 'metadata_len'],
  [26, 1, 'codec'], [27, 1, 'schema'], [28, 2, 'record_count'], [30, 2, 'drop_count'], [32, 16, 'producer_id'],
  [48, 8, 'base_sequence'], [56, 4, 'epoch'], [60, 4, 'lane'],
];

const CRITICAL = new Map([[0, 'DICTIONARY'], [1, 'ENCRYPTED']]);
const ANCILLARY = new Map([[31 - Math.clz32(GREASE), 'GREASE']]);
const CODECS = new Map<number, string>(Object.entries(Codec).map(([name, number]) => [number, name.toLowerCase()]));

/** The fields that the rest depends on, as they stand there, believed or not; 0 where the frame is cut short. */
export interface Facts {
  readonly metadataLen: number;
  readonly bodyLen: number;
  readonly rawLen: number;
  readonly codec: number;
  readonly baseSequence: bigint;
}

export function readFacts(frame: Uint8Array): Facts {
  const number = (at: number, length: number) => (frame.length < at + length ? 0 : littleEndian(frame, at, length));
  return {
    metadataLen: Number(number(24, 2)), bodyLen: Number(number(16, 4)), rawLen: Number(number(20, 4)), codec: Number(number(26, 1)),
    baseSequence: BigInt(number(48, 8)),
  };
}

/** The name of a codec, where it has one. */
export function codecName(codec: number): string | undefined {
  return CODECS.get(codec);
}

export function preludeSection(frame: Uint8Array): Section {
  const there = FIELDS.filter(([at]) => at < frame.length);
  const bytes = frame.subarray(0, PRELUDE_LEN);
  return { title: 'prelude', base: 'frame', start: 0, bytes, items: there.map(([at, size, name]) => fieldItem(frame, at, size, name)) };
}

function fieldItem(frame: Uint8Array, at: number, size: number, name: string): Item {
  const found = Math.min(size, frame.length - at);
  if (found < size) {
    return { at, len: found, depth: 0, name, value: '', note: '', problem: `cut short: ${found} of ${size} bytes` };
  }
  const value = littleEndian(frame, at, size);
  const item: Item = { at, len: size, depth: 0, name, value: String(value), note: '' };
  const hex = toHex(frame.subarray(at, at + size));
  switch (name) {
    case 'magic': return { ...item, value: hex, ...(value === MAGIC ? {} : { problem: 'not BE' }) };
    case 'critical_flags': return { ...item, note: flags(Number(value), CRITICAL) };
    case 'ancillary_flags': return { ...item, note: flags(Number(value), ANCILLARY) };
    case 'prelude_crc': case 'metadata_crc': case 'body_crc': return crcItem(frame, { ...item, value: hex8(Number(value)) }, Number(value));
    case 'codec': return { ...item, note: codecName(Number(value)) ?? 'unknown' };
    case 'producer_id': return { ...item, value: hex };
    case 'base_sequence': return { ...item, note: range(frame, BigInt(value)) };
    default: return item;
  }
}

function flags(value: number, names: ReadonlyMap<number, string>): string {
  const set = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (value >> bit) & 1);
  return set.map((bit) => names.get(bit) ?? `bit ${bit}`).join(', ');
}

export function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** Whether a CRC is that of the bytes that it covers, where they are there. */
function crcItem(frame: Uint8Array, item: Item, found: number): Item {
  const crc = crcOfCovered(frame, item.name);
  if (crc === undefined) return { ...item, problem: 'what it covers is cut short' };
  return crc === found ? { ...item, note: 'matches' } : { ...item, note: 'does not match', problem: `the bytes have ${hex8(crc)}` };
}

function crcOfCovered(frame: Uint8Array, name: string): number | undefined {
  const { metadataLen, bodyLen } = readFacts(frame);
  const body = PRELUDE_LEN + metadataLen;
  const over = (from: number, to: number, before?: number) => (frame.length < to ? undefined : crc32c(frame, from, to, before));
  if (name === 'metadata_crc') return over(PRELUDE_LEN, body);
  if (name === 'body_crc') return over(body, body + bodyLen);
  return over(8, PRELUDE_LEN, crc32c(frame, 0, 4));
}

function range(frame: Uint8Array, base: bigint): string {
  const count = BigInt(littleEndian(frame, 28, 2)) + BigInt(littleEndian(frame, 30, 2));
  return frame.length < 32 || count === 0n ? '' : `range ${base}..${base + count - 1n}`;
}

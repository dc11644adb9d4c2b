// The input of a writer in the JSON form (writer-input.md).
import { KINDS } from '../generated/kinds.js';
import { MetadataTable } from '../generated/tables.js';
import type { FieldTable, MessageTable } from '../wire/table.js';
import { encodeUtf8 } from '../wire/utf8.js';
import type { FrameInput, RecordInput } from '../write/input.js';
import { refuseInput } from '../write/refuse.js';
import { fromHex } from './hex.js';
import { JsonNumber, type ParsedJson, type ParsedObject } from './parse.js';

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** What follows from the rest: it may stand in a header, and is not looked at. */
const DERIVED = ['version', 'critical_flags', 'body_len', 'raw_len', 'metadata_len', 'codec', 'schema', 'record_count', 'drop_count'];
const TEXTS = ['thread', 'node', 'run', 'task'];

/** The input of `encodeFrame`, from what `parseJson` gives. Throws INPUT where it has not the form of writer-input.md. */
export function frameFromJson(json: ParsedJson): FrameInput {
  const frame = objectOf(json, 'the frame');
  checkKeys(frame, ['header', 'metadata', 'records']);
  const header = objectOf(frame.header, 'header');
  checkKeys(header, ['producer_id', 'base_sequence', 'epoch', 'lane', 'ancillary_flags', ...DERIVED]);
  if (!Array.isArray(frame.records)) refuseInput('records is no list');
  const optional = (key: string) => (header[key] === undefined ? undefined : numberOf(header[key], key));
  return {
    producerId: bytesOf(header.producer_id, 'producer_id'),
    baseSequence: digitsOf(header.base_sequence, 'base_sequence'),
    epoch: numberOf(header.epoch, 'epoch'),
    lane: optional('lane'),
    ancillaryFlags: optional('ancillary_flags'),
    metadata: messageOf(MetadataTable, frame.metadata, 'metadata'),
    records: frame.records.map(recordOf),
  };
}

function recordOf(json: ParsedJson): RecordInput {
  const record = objectOf(json, 'a record');
  checkKeys(record, ['sequence', 'kind', 'time_us', ...TEXTS, 'parent', 'trace_id', 'span_id', 'payload', 'opaque']);
  const given = <T>(key: string, read: (value: ParsedJson | undefined, key: string) => T): T | undefined =>
    (record[key] === undefined ? undefined : read(record[key], key));
  const kind = numberOf(record.kind, 'kind');
  const table = KINDS[kind]?.table;
  if (!table && record.payload !== undefined) refuseInput('a payload of a kind that is not in the registry');
  const input = {
    sequence: given('sequence', digitsOf), kind, timeUs: digitsOf(record.time_us, 'time_us'),
    thread: given('thread', textOf), node: given('node', textOf), run: given('run', textOf), task: given('task', textOf),
    parent: given('parent', digitsOf), traceId: given('trace_id', bytesOf), spanId: given('span_id', bytesOf),
    payload: table && given('payload', (value, key) => messageOf(table, value, key)), opaque: given('opaque', bytesOf),
  };
  return input as RecordInput;
}

function objectOf(json: ParsedJson | undefined, what: string): ParsedObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber) {
    refuseInput(`${what} is missing, or no object`);
  }
  return json;
}

function checkKeys(object: ParsedObject, known: readonly string[]): void {
  for (const key of Object.keys(object)) if (!known.includes(key)) refuseInput('there is a key that no table has');
}

function textOf(json: ParsedJson | undefined, what: string): string {
  return typeof json === 'string' ? json : refuseInput(`${what} is missing, or no text`);
}

function bytesOf(json: ParsedJson | undefined, what: string): Uint8Array {
  return fromHex(textOf(json, what)) ?? refuseInput(`${what} is no hexadecimal digits`);
}

/** Digits. What is above 2^53 may be rounded: it is refused by its size, whatever it is. */
function digitsOf(json: ParsedJson | undefined, what: string): number {
  const text = textOf(json, what);
  if (!/^[0-9]+$/.test(text)) refuseInput(`${what} is no digits`);
  return within(text, 0n, MAX_UINT64, what);
}

function signedOf(json: ParsedJson | undefined, what: string): number {
  const text = textOf(json, what);
  if (!/^-?[0-9]+$/.test(text) || /^-0+$/.test(text)) refuseInput(`${what} is no digits`);
  return within(text, MIN_INT64, MAX_INT64, what);
}

function within(text: string, least: bigint, most: bigint, what: string): number {
  // Longer than any number of 64 bits; zeros in front do not count.
  const digits = text.replace(/^(-?)0+(?=[0-9])/, '$1');
  if (digits.length > 20) refuseInput(`${what} has more than 64 bits`);
  const value = BigInt(digits);
  if (value < least || value > most) refuseInput(`${what} has more than 64 bits`);
  return Number(value);
}

/** A whole number from 0, however it is written. */
function numberOf(json: ParsedJson | undefined, what: string): number {
  if (typeof json === 'number') return json;
  if (!(json instanceof JsonNumber) || json.text.startsWith('-')) refuseInput(`${what} is missing, or no number from 0`);
  if (!/[.eE]/.test(json.text)) return within(json.text, 0n, MAX_UINT64, what);
  const value = Number(json.text);
  // With a point or an exponent, only what a double says exactly.
  return Number.isSafeInteger(value) ? value : refuseInput(`${what} is no whole number up to 2^53 - 1`);
}

function doubleOf(json: ParsedJson | undefined, what: string): number {
  if (typeof json === 'number') return json;
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  if (!(json instanceof JsonNumber)) refuseInput(`${what} is no number`);
  const value = Number(json.text);
  return Number.isFinite(value) ? value : refuseInput(`${what} is no double`);
}

function messageOf(table: MessageTable, json: ParsedJson | undefined, what: string): Record<string, unknown> {
  const object = objectOf(json, what);
  const message: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    const hex = key === 'text_hex';
    const field = table.fields.find((one) => one.name === (hex ? 'text' : key));
    const raw = field?.type === 'bytes' && field.name === 'text';
    if (!field || (hex && !raw)) refuseInput('there is a key that no table has');
    if (raw && message[field.key] !== undefined) refuseInput('text stands beside text_hex');
    message[field.key] = raw && !hex ? encodeText(value) : field.repeated ? listOf(field, value) : valueOf(field, value);
  }
  return message;
}

function encodeText(value: ParsedJson): Uint8Array {
  const text = textOf(value, 'text');
  if (/\p{Surrogate}/u.test(text)) refuseInput('a text is not Unicode');
  return encodeUtf8(text);
}

function listOf(field: FieldTable, json: ParsedJson): unknown[] {
  if (!Array.isArray(json)) refuseInput(`${field.name} is no list`);
  return json.map((one) => (field.ref && one === null ? null : valueOf(field, one)));
}

function valueOf(field: FieldTable, json: ParsedJson): unknown {
  if (field.ref) return textOf(json, field.name);
  switch (field.type) {
    case 'uint32':
    case 'fixed32': return numberOf(json, field.name);
    case 'uint64': return digitsOf(json, field.name);
    case 'sint64': return signedOf(json, field.name);
    case 'bool': return typeof json === 'boolean' ? json : refuseInput(`${field.name} is no bool`);
    case 'double': return doubleOf(json, field.name);
    case 'string': return textOf(json, field.name);
    case 'bytes': return bytesOf(json, field.name);
    case 'message': return messageOf(field.message!, json, field.name);
  }
}

// The JSON form of a decoded frame (json.md).
import type { Frame } from '../frame.js';
import { KINDS } from '../generated/kinds.js';
import { MetadataTable } from '../generated/tables.js';
import type { Prelude } from '../prelude.js';
import type { DashRecord } from '../records.js';
import type { FieldTable, MessageTable } from '../wire/table.js';
import { decodeUtf8 } from '../wire/utf8.js';
import { toHex } from './hex.js';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** The JSON form of a frame, as a value for JSON.stringify. */
export function frameToJson(frame: Frame): JsonObject {
  return {
    header: headerToJson(frame.prelude),
    metadata: messageToJson(MetadataTable, frame.metadata),
    records: frame.records.map(recordToJson),
  };
}

export function headerToJson(p: Prelude): JsonObject {
  return {
    version: p.version, critical_flags: p.criticalFlags, ancillary_flags: p.ancillaryFlags, body_len: p.bodyLen,
    raw_len: p.rawLen, metadata_len: p.metadataLen, codec: p.codec, schema: p.schema, record_count: p.recordCount,
    drop_count: p.dropCount, producer_id: toHex(p.producerId), base_sequence: String(p.baseSequence), epoch: p.epoch,
    lane: p.lane,
  };
}

export function recordToJson(record: DashRecord): JsonObject {
  const json: JsonObject = { sequence: String(record.sequence), kind: record.kind, time_us: String(record.timeUs) };
  for (const key of ['thread', 'node', 'run', 'task'] as const) {
    const text = record[key];
    if (text !== undefined) json[key] = text;
  }
  if (record.parent !== undefined) json.parent = String(record.parent);
  if (record.traceId) json.trace_id = toHex(record.traceId);
  if (record.spanId) json.span_id = toHex(record.spanId);
  if (record.error) json.error = { code: record.error.code, offset: record.error.offset };
  else if (record.opaque) json.opaque = toHex(record.opaque);
  else if (record.payload) json.payload = messageToJson(KINDS[record.kind]!.table, record.payload);
  return json;
}

/** A message by the table of json.md; defaults are left out. */
export function messageToJson(table: MessageTable, message: object): JsonObject {
  const values = message as Record<string, unknown>;
  const json: JsonObject = {};
  for (const field of table.fields) {
    const value = values[field.key];
    if (field.repeated) {
      const list = value as readonly unknown[];
      if (list.length) json[field.name] = list.map((one) => valueToJson(field, one));
    } else if (!isDefault(value)) {
      putValue(json, field, value);
    }
  }
  return json;
}

function putValue(json: JsonObject, field: FieldTable, value: unknown): void {
  if (field.type !== 'bytes' || field.name !== 'text') {
    json[field.name] = valueToJson(field, value);
    return;
  }
  const bytes = value as Uint8Array;
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text === undefined) json.text_hex = toHex(bytes);
  else json.text = text;
}

/** -0.0 is no default. */
function isDefault(value: unknown): boolean {
  return value === undefined || value === false || value === '' || Object.is(value, 0)
    || (value instanceof Uint8Array && value.length === 0);
}

function valueToJson(field: FieldTable, value: unknown): JsonValue {
  if (field.ref) return value as string | null;
  switch (field.type) {
    case 'uint64':
    case 'sint64': return String(value);
    case 'bytes': return toHex(value as Uint8Array);
    case 'message': return messageToJson(field.message!, value as object);
    case 'double': {
      const number = value as number;
      return Number.isFinite(number) ? number : String(number);
    }
    default: return value as JsonValue;
  }
}

// Messages, from the tables of the schema, in the tidy form (writing.md).
import type { ErrorCode } from '../errors.js';
import { MAX_SEQUENCE } from '../generated/registry.js';
import { NO_BYTES, NOTHING } from '../wire/nothing.js';
import type { FieldTable, MessageTable } from '../wire/table.js';
import { refuse, refuseInput } from './refuse.js';
import type { Sink } from './sink.js';
import { checkText, type StringTable } from './tables.js';

const MAX_UINT32 = 0xffffffff;

function defaultOf(field: FieldTable): unknown {
  if (field.repeated) return NOTHING;
  if (field.ref || field.message) return undefined;
  return field.type === 'string' ? '' : field.type === 'bytes' ? NO_BYTES : field.type === 'bool' ? false : 0;
}

/** The message with a default for each field that it leaves out. */
export function complete(table: MessageTable, message: unknown): Record<string, unknown> {
  if (typeof message !== 'object' || message === null) refuseInput(`${table.name} is no object`);
  const given = message as Record<string, unknown>;
  const whole: Record<string, unknown> = {};
  for (const field of table.fields) {
    const value = given[field.key] ?? defaultOf(field);
    if (field.repeated && !Array.isArray(value)) refuseInput(`${field.name} is no list`);
    if (!field.message || value === undefined) whole[field.key] = value;
    else if (field.repeated) whole[field.key] = (value as unknown[]).map((one) => complete(field.message!, one));
    else whole[field.key] = complete(field.message, value);
  }
  return whole;
}

/** Writes messages of a frame. `code` is what a number gets that does not fit its type. */
export class MessageWriter {
  constructor(private readonly sink: Sink, private readonly strings: StringTable, private readonly code: ErrorCode) {}

  /** Writes a message that is complete. */
  write(table: MessageTable, message: Record<string, unknown>): void {
    for (const field of table.fields) {
      const value = message[field.key];
      if (!field.repeated) this.singular(field, value);
      else if (field.packed) this.packed(field, value as unknown[]);
      else for (const one of value as unknown[]) this.element(field, one);
    }
  }

  private singular(field: FieldTable, value: unknown): void {
    // 3 of the tidy form: a default is left out; -0.0 is none.
    // An empty text where a ref is needed is no default: the string table refuses it.
    if (value === undefined || value === false || (value === '' && !field.ref)) return;
    if (value === 0 && !(field.type === 'double' && Object.is(value, -0))) return;
    if (value instanceof Uint8Array && value.length === 0) return;
    this.element(field, value);
  }

  private packed(field: FieldTable, values: unknown[]): void {
    if (values.length === 0) return;
    this.sink.tag(field.number, 2);
    this.sink.delimited(() => values.forEach((value) => this.scalar(field, value)));
  }

  private element(field: FieldTable, value: unknown): void {
    this.sink.tag(field.number, field.wire);
    if (field.message) {
      this.sink.delimited(() => this.write(field.message!, value as Record<string, unknown>));
    } else if (field.type === 'string') {
      checkText(value);
      this.sink.text(value);
    } else if (field.type === 'bytes') {
      if (!(value instanceof Uint8Array)) refuseInput(`${field.name} is no bytes`);
      this.sink.blob(value);
    } else {
      this.scalar(field, value);
    }
  }

  private scalar(field: FieldTable, value: unknown): void {
    if (field.ref) return this.sink.varint(this.strings.ref(value as string | null));
    if (field.type === 'bool') {
      if (typeof value !== 'boolean') refuseInput(`${field.name} is no bool`);
      return this.sink.varint(value ? 1 : 0);
    }
    if (typeof value !== 'number') refuseInput(`${field.name} is no number`);
    if (field.type === 'double') return this.sink.double(value);
    if (!Number.isInteger(value) || (value < 0 && field.type !== 'sint64')) refuseInput(`${field.name} is no such number`);
    this.whole(field, value);
  }

  private whole(field: FieldTable, value: number): void {
    switch (field.type) {
      case 'fixed32':
        if (value > MAX_UINT32) refuseInput(`${field.name} is above 2^32 - 1`);
        return this.sink.fixed32(value);
      case 'uint32':
        // WIRE-009.
        if (value > MAX_UINT32) refuse(this.code, 'WIRE-009');
        return this.sink.varint(value);
      case 'uint64':
        // WIRE-011.
        if (value > MAX_SEQUENCE) refuse(this.code, 'WIRE-011');
        return this.sink.varint(value);
      default:
        // WIRE-012.
        if (Math.abs(value) > MAX_SEQUENCE) refuse(this.code, 'WIRE-012');
        return this.sink.zigzag(value);
    }
  }
}

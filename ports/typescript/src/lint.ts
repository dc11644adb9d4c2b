// What deviates from the tidy form (writing.md). A frame that has lints is accepted all the same.
import { openFrame, plainBytes } from './frame.js';
import { KINDS } from './generated/kinds.js';
import type { Lint } from './generated/registry.js';
import { BodyTable, MetadataTable } from './generated/tables.js';
import { GREASE, PRELUDE_LEN } from './prelude.js';
import { makeRecords } from './records.js';
import { NO_BYTES } from './wire/nothing.js';
import type { FieldTable, MessageTable } from './wire/table.js';

/** The lints of a frame, in no order. Throws what `decodeFrame` throws where it is refused. */
export function lintFrame(input: Uint8Array): Lint[] {
  const frame = openFrame(input);
  const { body, prelude, metadata } = frame;
  const found = new Lints(body.strings.length);
  if (prelude.ancillaryFlags & ~GREASE) found.lints.add('ANCILLARY_BIT');
  found.walk(MetadataTable, plainBytes(input), PRELUDE_LEN, PRELUDE_LEN + prelude.metadataLen);
  found.walk(BodyTable, body.bytes, 0, body.bytes.length);
  let at = body.payloads;
  let unread = false;
  makeRecords(body, metadata).forEach((record, i) => {
    const end = at + body.payloadLen[i];
    if (record.payload) found.walk(KINDS[record.kind]!.table, body.bytes, at, end);
    else unread = true;
    at = end;
  });
  if (new Set(body.strings).size !== body.strings.length) found.lints.add('DUPLICATE_STRING');
  // REC-026: what an unread payload refers to cannot be told.
  if (!unread && found.used.indexOf(0, 1) >= 0) found.lints.add('UNUSED_STRING');
  return [...found.lints];
}

/** Walks bytes that have passed the scan. */
class Lints {
  readonly lints = new Set<Lint>();
  /** Which strings something refers to. */
  readonly used: Uint8Array;
  private bytes: Uint8Array = NO_BYTES;
  private pos = 0;

  constructor(strings: number) {
    this.used = new Uint8Array(strings);
  }

  walk(table: MessageTable, bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.pos = start;
    let before = 0;
    while (this.pos < end) {
      const tag = this.varint();
      const number = Math.floor(tag / 8);
      if (number < before) this.lints.add('FIELD_ORDER');
      before = number;
      const field = table.fields.find((one) => one.number === number);
      if (field) this.field(field, table === BodyTable);
      else this.unknown(tag % 8);
    }
  }

  /** A varint; it takes more bytes than it needs where its last byte is 0 and not its only one. */
  private varint(): number {
    const start = this.pos;
    let value = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = this.bytes[this.pos++];
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    if (byte === 0 && this.pos - start > 1) this.lints.add('NON_MINIMAL_VARINT');
    return value;
  }

  private unknown(wire: number): void {
    this.lints.add('UNKNOWN_FIELD');
    if (wire === 0) this.varint();
    else if (wire === 1) this.pos += 8;
    else if (wire === 5) this.pos += 4;
    else this.skip(this.varint());
  }

  private skip(length: number): void {
    this.pos += length;
  }

  private field(field: FieldTable, column: boolean): void {
    if (field.wire !== 2) {
      if (this.scalar(field)) this.lints.add('EXPLICIT_DEFAULT');
      return;
    }
    const length = this.varint();
    const end = this.pos + length;
    if (field.packed) this.packed(field, end, column);
    else if (field.message) this.walk(field.message, this.bytes, this.pos, end);
    else if (length === 0 && !field.repeated) this.lints.add('EXPLICIT_DEFAULT');
    this.pos = end;
  }

  /** Reads a value that is no length; tells whether it is the default. (-0.0 is none.) */
  private scalar(field: FieldTable): boolean {
    if (field.type === 'double' || field.type === 'fixed32') {
      const length = field.type === 'double' ? 8 : 4;
      const value = this.bytes.subarray(this.pos, this.pos += length);
      return value.every((byte) => byte === 0);
    }
    const value = this.varint();
    if (field.ref) this.used[value] = 1;
    return value === 0;
  }

  private packed(field: FieldTable, end: number, column: boolean): void {
    const usual = field.name === 'sequence_delta' ? 1 : 0;
    const names = column && /^(thread|node|run|task)_ref$/.test(field.name);
    let any = false;
    let own = false;
    while (this.pos < end) {
      any = true;
      if (field.type === 'double') {
        this.pos += 8;
        continue;
      }
      const value = this.varint();
      if (value !== usual) own = true;
      if (field.ref || names) this.used[value] = 1;
    }
    // An empty packed field, or a column of nothing but its default.
    if (!any || (column && !own)) this.lints.add('EXPLICIT_DEFAULT');
  }
}

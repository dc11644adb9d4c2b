// A protobuf message, field by field, as far as it can be read.
import { decodeUtf8, toHex, type FieldTable, type MessageTable } from '../port.js';
import { Cursor, type Whole } from './cursor.js';
import { MAX_ITEMS, quote, shorten, type Item } from './item.js';
import { numberText, packedText } from './value.js';

const lossy = new TextDecoder();

/** A text, with what is no UTF-8 replaced. */
export function lossyText(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/** A field as it was found: its number where the wire type has one, or where its bytes begin and end. */
interface Found {
  readonly start: number;
  readonly wire: number;
  readonly number?: Whole;
  readonly from: number;
  readonly to: number;
}

/** Walks messages in one range of bytes, and collects items. */
export class Walk {
  readonly items: Item[] = [];

  /** `base` is the offset of byte 0; `strings` are what refs go into. */
  constructor(private readonly bytes: Uint8Array, private readonly base: number, private readonly strings: readonly string[] = []) {}

  get full(): boolean {
    return this.items.length >= MAX_ITEMS;
  }

  /** The fields of a message in bytes [from, to). */
  message(table: MessageTable, from: number, to: number, depth: number): void {
    const cursor = new Cursor(this.bytes, from, to);
    while (cursor.left > 0) {
      const start = cursor.pos;
      const rest = (name: string, problem: string): void => {
        this.items.push({ at: this.base + start, len: to - start, depth, name, value: '', note: '', problem });
      };
      if (this.full) return rest('not shown', `more than ${MAX_ITEMS} fields`);
      const found = readField(cursor);
      if (typeof found === 'string') return rest('unreadable', found);
      this.field(table, found.tag, found, depth);
    }
  }

  private field(table: MessageTable, number: number, found: Found, depth: number): void {
    const field = table.fields.find((one) => one.number === number);
    const place = { at: this.base + found.start, len: found.to - found.start, depth };
    if (!field) {
      const value = found.number === undefined ? this.hex(found) : String(found.number);
      this.items.push({ ...place, name: 'unknown field', value, note: `${number}, wire type ${found.wire}` });
      return;
    }
    const item: Item = { ...place, name: nameOf(field), value: '', note: `${number} ${typeOf(field)}` };
    if (field.wire !== found.wire) {
      this.items.push({ ...item, problem: `wire type ${found.wire} where ${field.wire} belongs` });
    } else if (field.message) {
      // The item is tag and length; what is inside has items of its own.
      this.items.push({ ...item, len: found.from - found.start });
      this.message(field.message, found.from, found.to, depth + 1);
    } else {
      this.items.push(found.number === undefined ? this.delimited(field, item, found) : this.number(field, item, found.number));
    }
  }

  private delimited(field: FieldTable, item: Item, { from, to }: Found): Item {
    if (field.packed) {
      const { text, count, rest } = packedText(field, new Cursor(this.bytes, from, to));
      const packed = { at: this.base + from, type: field.type };
      const made = { ...item, value: text, note: `${item.note}, ${count} values`, packed };
      return rest ? { ...made, problem: 'ends inside a value' } : made;
    }
    if (field.type === 'string' || field.name === 'text') {
      const text = decodeUtf8(this.bytes, from, to);
      if (text !== undefined) return { ...item, value: shorten(text), quoted: true };
      if (field.type !== 'string') return { ...item, value: shorten(toHex(this.bytes.subarray(from, Math.min(to, from + 1000)))) };
      return { ...item, value: shorten(lossyText(this.bytes.subarray(from, to))), quoted: true, problem: 'not UTF-8' };
    }
    return { ...item, value: this.hex({ from, to }) };
  }

  private number(field: FieldTable, item: Item, value: Whole): Item {
    const made = { ...item, value: numberText(field.type, value) };
    if (!field.ref || value === 0) return made;
    const text = this.strings[Number(value) - 1];
    return text === undefined ? { ...made, problem: 'past the string table' } : { ...made, note: `${item.note} -> ${quote(text)}` };
  }

  /** Short bytes as hexadecimal digits; of long ones only the first, for they stand beside it. */
  private hex({ from, to }: { from: number; to: number }): string {
    const head = toHex(this.bytes.subarray(from, Math.min(to, from + 32)));
    return to - from > 32 ? `${head}... (${to - from} bytes)` : head;
  }
}

/** Takes a field; a text says why it is none. */
export function readField(cursor: Cursor): (Found & { tag: number }) | string {
  const start = cursor.pos;
  const key = Number(cursor.varint() ?? NaN);
  // Not a number, too, where there is no varint.
  if (!(key < 2 ** 35)) return 'not a tag';
  const tag = Math.floor(key / 8);
  const wire = key % 8;
  const number = (value: Whole | undefined, problem: string) =>
    value === undefined ? problem : { tag, start, wire, number: value, from: cursor.pos, to: cursor.pos };
  switch (wire) {
    case 0: return number(cursor.varint(), 'not a varint');
    case 1: return number(cursor.fixed(8), 'ends inside a value');
    case 5: return number(cursor.fixed(4), 'ends inside a value');
    case 2: {
      const length = cursor.varint();
      if (length === undefined) return 'not a length';
      const from = cursor.take(Number(length));
      return from === undefined ? 'a length past the end' : { tag, start, wire, from, to: cursor.pos };
    }
    default: return 'a wire type that is not used';
  }
}

/** The name of a field in the schema: a ref is without its ending in the JSON form. */
function nameOf(field: FieldTable): string {
  return field.ref ? `${field.name}_ref` : field.name;
}

function typeOf(field: FieldTable): string {
  const name = field.message ? field.message.name : field.type;
  return field.packed ? `packed ${name}` : name;
}

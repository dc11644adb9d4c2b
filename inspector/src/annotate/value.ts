// Values of fields, as people read them.
import type { FieldTable } from '../port.js';
import { Cursor, zigzag, type Whole } from './cursor.js';
import { hex8 } from './prelude.js';

/** Values of a packed field that are shown. */
const SHOWN = 12;

/** The value of a number by its type. */
export function numberText(type: string, value: Whole): string {
  switch (type) {
    case 'sint64': return String(zigzag(value));
    case 'bool': return value === 0 ? 'false' : value === 1 ? 'true' : String(value);
    case 'double': return String(doubleOf(value));
    case 'fixed32': return hex8(Number(value));
    default: return String(value);
  }
}

function doubleOf(bits: Whole): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(bits));
  return view.getFloat64(0);
}

/** The next value of a packed field. */
export function packedValue(cursor: Cursor, type: string): Whole | undefined {
  return type === 'double' ? cursor.fixed(8) : type === 'fixed32' ? cursor.fixed(4) : cursor.varint();
}

/** The first values of a packed field as a text, how many there are, and whether bytes are left that are none. */
export function packedText(field: FieldTable, cursor: Cursor): { text: string; count: number; rest: boolean } {
  const shown: string[] = [];
  let count = 0;
  while (cursor.left > 0) {
    const value = packedValue(cursor, field.type);
    if (value === undefined) break;
    if (count++ < SHOWN) shown.push(numberText(field.type, value));
  }
  return { text: `[${shown.join(', ')}${count > SHOWN ? ', ...' : ''}]`, count, rest: cursor.left > 0 };
}

/** Which value of a packed field a byte belongs to. */
export function packedValueAt(bytes: Uint8Array, from: number, end: number, type: string, place: number): { index: number; text: string } | undefined {
  const cursor = new Cursor(bytes, from, end);
  for (let index = 0; cursor.left > 0; index++) {
    const value = packedValue(cursor, type);
    if (value === undefined) return undefined;
    if (place < cursor.pos) return { index, text: numberText(type, value) };
  }
  return undefined;
}

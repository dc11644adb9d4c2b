// What the records of a body are made of, as far as it can be read (body.md).
import { BodyTable, MAX_RECORDS, MAX_STRINGS } from '../port.js';
import { Cursor, type Whole } from './cursor.js';
import { packedValue } from './value.js';
import { lossyText, readField } from './walk.js';

const KEPT = new Set(['kind', 'time_delta_us', 'sequence_delta', 'thread_ref', 'node_ref', 'run_ref', 'task_ref', 'parent_delta', 'payload_len']);

export class Columns {
  readonly strings: string[] = [];
  /** Where the payloads are. */
  payloads = { from: 0, to: 0 };
  private readonly values = new Map<string, Whole[]>();

  constructor(readonly raw: Uint8Array) {
    const cursor = new Cursor(raw);
    while (cursor.left > 0) {
      const field = readField(cursor);
      if (typeof field === 'string') break;
      if (field.wire === 2) this.take(field.tag, field.from, field.to);
    }
  }

  private take(number: number, from: number, to: number): void {
    const field = BodyTable.fields.find((one) => one.number === number);
    if (!field) return;
    if (field.name === 'strings') {
      if (this.strings.length < MAX_STRINGS) this.strings.push(lossyText(this.raw.subarray(from, to)));
    } else if (field.name === 'payloads') {
      this.payloads = { from, to };
    } else if (KEPT.has(field.name)) {
      this.values.set(field.name, readPacked(new Cursor(this.raw, from, to), field.type));
    }
  }

  /** How many records there are, as far as a frame can have them. */
  get count(): number {
    return this.values.get('kind')?.length ?? 0;
  }

  value(column: string, index: number): Whole | undefined {
    return this.values.get(column)?.[index];
  }

  /** The string that a ref in a column names. */
  text(column: string, index: number): string | undefined {
    return this.strings[Number(this.value(column, index) ?? 0) - 1];
  }
}

function readPacked(cursor: Cursor, type: string): Whole[] {
  const values: Whole[] = [];
  while (cursor.left > 0 && values.length < MAX_RECORDS) {
    const value = packedValue(cursor, type);
    if (value === undefined) break;
    values.push(value);
  }
  return values;
}

// The records of a body, each with the bytes of its payload.
import { Kind, KINDS } from '../port.js';
import { zigzag } from './cursor.js';
import type { Columns } from './columns.js';
import { quote, type Item } from './item.js';
import { Walk } from './walk.js';

const NAMES = new Map<number, string>(Object.entries(Kind).map(([name, number]) => [number, name]));

/** The name of a kind, or its number. */
export function kindName(kind: number): string {
  return NAMES.get(kind) ?? `kind ${kind}`;
}

/** The items of records [first, first + count). */
export function recordItems(columns: Columns, baseSequence: bigint, baseTimeUs: bigint, first: number, count: number): readonly Item[] {
  const walk = new Walk(columns.raw, 0, columns.strings);
  const end = Math.min(columns.count, first + count);
  let sequence = baseSequence - 1n;
  let time = baseTimeUs;
  let at = columns.payloads.from;
  for (let index = 0; index < end && !walk.full; index++) {
    sequence = BigInt.asUintN(64, sequence + BigInt(columns.value('sequence_delta', index) ?? 1));
    time = BigInt.asUintN(64, time + zigzag(columns.value('time_delta_us', index) ?? 0));
    const len = Number(columns.value('payload_len', index) ?? 0);
    const to = Math.min(columns.payloads.to, at + len);
    if (index >= first) record(walk, columns, index, { at, to, len }, `sequence ${sequence}, time ${time} us`, sequence);
    at = to;
  }
  return walk.items;
}

function record(walk: Walk, columns: Columns, index: number, { at, to, len }: { at: number; to: number; len: number }, numbers: string, sequence: bigint): void {
  const kind = Number(columns.value('kind', index) ?? 0);
  const table = KINDS[kind]?.table;
  const found = to - at;
  const problem = found < len ? { problem: `${found} of ${len} payload bytes` } : {};
  const note = numbers + belongings(columns, index, sequence);
  walk.items.push({ at, len: found, depth: 1, name: `record ${index}`, value: kindName(kind), note, ...problem });
  if (table) walk.message(table, at, to, 2);
  else if (found > 0) walk.items.push({ at, len: found, depth: 2, name: 'opaque', value: `${found} bytes`, note: '' });
}

function belongings(columns: Columns, index: number, sequence: bigint): string {
  let note = '';
  for (const name of ['thread', 'node', 'run', 'task']) {
    const text = columns.text(`${name}_ref`, index);
    if (text !== undefined) note += `, ${name} ${quote(text)}`;
  }
  const delta = BigInt(columns.value('parent_delta', index) ?? 0);
  return delta === 0n ? note : `${note}, parent ${BigInt.asUintN(64, sequence - delta)}`;
}

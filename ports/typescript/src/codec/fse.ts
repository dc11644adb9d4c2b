// Tables of finite state entropy (RFC 8878, section 4.1).
import { broken, highBit, load } from './bits.js';

/** A decoding table. An entry is: base of the next state (16 bits), bits to read (8), symbol (8). */
export interface FseTable {
  readonly log: number;
  readonly entries: Uint32Array;
}

/** A table of one symbol, which takes no bits. */
export function rleTable(symbol: number): FseTable {
  return { log: 0, entries: Uint32Array.of(symbol << 24) };
}

/** Builds the table of a distribution; -1 stands for "less than one". */
export function buildTable(counts: ArrayLike<number>, log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (let s = 0; s < counts.length; s++) {
    if (counts[s] === -1) symbols[--high] = s;
    next[s] = Math.abs(counts[s]);
  }
  spread(counts, symbols, high);
  const entries = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    const symbol = symbols[i];
    const state = next[symbol]++;
    const bits = log - highBit(state);
    entries[i] = ((symbol << 24) | (bits << 16) | ((state << bits) - size)) >>> 0;
  }
  return { log, entries };
}

function spread(counts: ArrayLike<number>, symbols: Uint8Array, high: number): void {
  const size = symbols.length;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let s = 0; s < counts.length; s++) {
    for (let i = 0; i < counts[s]; i++) {
      symbols[at] = s;
      do at = (at + step) & (size - 1); while (at >= high);
    }
  }
}

/** Reads a table's description in bytes [start, end); gives it with the place behind it. */
export function readTable(
  view: DataView, start: number, end: number, maxLog: number, maxSymbol: number,
): { table: FseTable; end: number } {
  if (start >= end) broken();
  const log = (view.getUint8(start) & 15) + 5;
  if (log > maxLog) broken();
  const counts: number[] = [];
  let left = 1 << log;
  let bit = 4;
  while (left > 0 && counts.length <= maxSymbol) {
    if (start + (bit >> 3) >= end) broken();
    const bits = highBit(left + 1) + 1;
    let value = load(view, start, bit) & ((1 << bits) - 1);
    const lower = (1 << (bits - 1)) - 1;
    const threshold = (1 << bits) - 1 - (left + 1);
    if ((value & lower) < threshold) {
      bit += bits - 1;
      value &= lower;
    } else {
      bit += bits;
      if (value > lower) value -= threshold;
    }
    const count = value - 1;
    left -= Math.abs(count);
    counts.push(count);
    if (count === 0) bit = readZeros(view, start, end, bit, counts);
  }
  const after = start + ((bit + 7) >> 3);
  // It adds up, has no symbol too many, and does not run past its section.
  if (left !== 0 || counts.length > maxSymbol + 1 || after > end) broken();
  return { table: buildTable(counts, log), end: after };
}

/** Reads how many more symbols do not occur. */
function readZeros(view: DataView, start: number, end: number, from: number, counts: number[]): number {
  let bit = from;
  let more: number;
  do {
    if (start + (bit >> 3) >= end) broken();
    more = load(view, start, bit) & 3;
    bit += 2;
    for (let i = 0; i < more; i++) counts.push(0);
  } while (more === 3);
  return bit;
}

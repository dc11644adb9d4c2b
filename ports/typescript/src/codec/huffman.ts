// Huffman-coded literals (RFC 8878, section 4.2).
import { broken, highBit, load, streamBits } from './bits.js';
import { readTable, type FseTable } from './fse.js';

const MAX_BITS = 11;

/** A decoding table, indexed by the next `bits` bits. An entry is: length of the code (8 bits), symbol (8). */
export interface HuffmanTable {
  readonly bits: number;
  readonly entries: Uint16Array;
}

/** Reads a table's description in bytes [start, end); gives it with the place behind it. */
export function readHuffman(view: DataView, start: number, end: number): { table: HuffmanTable; end: number } {
  if (start >= end) broken();
  const header = view.getUint8(start);
  const weights: number[] = [];
  let after: number;
  if (header < 128) {
    after = start + 1 + header;
    if (after > end) broken();
    packedWeights(view, start + 1, after, weights);
  } else {
    const count = header - 127;
    after = start + 1 + ((count + 1) >> 1);
    if (after > end) broken();
    for (let i = 0; i < count; i++) {
      const byte = view.getUint8(start + 1 + (i >> 1));
      weights.push(i & 1 ? byte & 15 : byte >>> 4);
    }
  }
  return { table: buildHuffman(weights), end: after };
}

/** Weights that are themselves coded, by two states in turn. */
function packedWeights(view: DataView, start: number, end: number, weights: number[]): void {
  const { table, end: from } = readTable(view, start, end, 6, 255);
  let bit = streamBits(view, from, end) - 2 * table.log;
  if (bit < 0) broken();
  const mask = (1 << table.log) - 1;
  let one = load(view, from, bit + table.log) & mask;
  let other = load(view, from, bit) & mask;
  for (;;) {
    const entry = table.entries[one];
    const bits = (entry >>> 16) & 255;
    weights.push(entry >>> 24);
    bit -= bits;
    // The stream is over where a state cannot be read; the other one still has its symbol.
    if (bit < 0) break;
    // 255 symbols have a weight, and the last has what is left.
    if (weights.length >= 255) broken();
    const next = (entry & 0xffff) + (load(view, from, bit) & ((1 << bits) - 1));
    one = other;
    other = next;
  }
  weights.push(symbolOf(table, other));
  if (weights.length > 255) broken();
}

function symbolOf(table: FseTable, state: number): number {
  return table.entries[state] >>> 24;
}

function buildHuffman(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > MAX_BITS + 1) broken();
    if (weight > 0) sum += 1 << (weight - 1);
  }
  if (sum === 0) broken();
  const bits = highBit(sum) + 1;
  if (bits > MAX_BITS) broken();
  const left = (1 << bits) - sum;
  // The last weight makes the sum a power of two, and is one itself.
  if (left & (left - 1)) broken();
  weights.push(highBit(left) + 1);
  // RFC 8878 does not say it, and libzstd does: the longest codes are used.
  if (!weights.includes(1)) broken();
  const entries = new Uint16Array(1 << bits);
  let at = 0;
  for (let weight = 1; weight <= bits; weight++) {
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue;
      const span = 1 << (weight - 1);
      entries.fill(((bits + 1 - weight) << 8) | symbol, at, at + span);
      at += span;
    }
  }
  return { bits, entries };
}

/** Decodes one stream in bytes [start, end) to out[to, last). */
export function decodeStream(
  table: HuffmanTable, view: DataView, start: number, end: number, out: Uint8Array, to: number, last: number,
): void {
  const { entries } = table;
  const width = table.bits;
  const mask = (1 << width) - 1;
  let bit = streamBits(view, start, end);
  let i = to;
  // Two codes have at most 22 bits, so one load has both.
  for (; i + 1 < last; i += 2) {
    const top = bit - 2 * MAX_BITS;
    const word = load(view, start, top);
    const first = entries[(word >>> (2 * MAX_BITS - width)) & mask];
    const used = first >>> 8;
    const second = entries[(word >>> (2 * MAX_BITS - width - used)) & mask];
    out[i] = first;
    out[i + 1] = second;
    bit -= used + (second >>> 8);
    if (bit < 0) broken();
  }
  if (i < last) {
    const entry = entries[load(view, start, bit - width) & mask];
    out[i] = entry;
    bit -= entry >>> 8;
  }
  // ZST-018: bits that are left over, or missing, are refused.
  if (bit !== 0) broken();
}

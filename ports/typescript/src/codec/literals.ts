// The literals section of a compressed block (RFC 8878, section 3.1.1.3.1).
import { MAX_ZSTD_BLOCK } from '../generated/registry.js';
import { broken } from './bits.js';
import { decodeStream, readHuffman, type HuffmanTable } from './huffman.js';

/** The literals of a block: bytes [start, end) of `bytes`. */
export interface Literals {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Place behind the section. */
  after: number;
  /** Kept for the blocks that follow. */
  table: HuffmanTable | undefined;
}

// Blocks are decoded one at a time, and never inside one another.
let buffer: Uint8Array | undefined;

function literalBuffer(): Uint8Array {
  return (buffer ??= new Uint8Array(MAX_ZSTD_BLOCK));
}

export function readLiterals(
  bytes: Uint8Array, view: DataView, start: number, end: number, table: HuffmanTable | undefined,
): Literals {
  const type = bytes[start] & 3;
  return type < 2 ? plainLiterals(bytes, start, end, type === 1, table) : codedLiterals(view, start, end, type === 3, table);
}

function plainLiterals(
  bytes: Uint8Array, start: number, end: number, repeated: boolean, table: HuffmanTable | undefined,
): Literals {
  const format = (bytes[start] >>> 2) & 3;
  const header = format === 1 ? 2 : format === 3 ? 3 : 1;
  if (start + header > end) broken();
  let size = bytes[start] >>> (header === 1 ? 3 : 4);
  if (header > 1) size |= bytes[start + 1] << 4;
  if (header > 2) size |= bytes[start + 2] << 12;
  const at = start + header;
  const stored = repeated ? 1 : size;
  if (size > MAX_ZSTD_BLOCK || at + stored > end) broken();
  if (!repeated) return { bytes, start: at, end: at + size, after: at + size, table };
  const out = literalBuffer();
  out.fill(bytes[at], 0, size);
  return { bytes: out, start: 0, end: size, after: at + 1, table };
}

function codedLiterals(
  view: DataView, start: number, end: number, treeless: boolean, before: HuffmanTable | undefined,
): Literals {
  const format = (view.getUint8(start) >>> 2) & 3;
  const header = format < 2 ? 3 : format + 2;
  if (start + header > end) broken();
  const bits = format < 2 ? 10 : format === 2 ? 14 : 18;
  const number = headerNumber(view, start, header);
  const size = number % 2 ** bits;
  const stored = Math.floor(number / 2 ** bits);
  const from = start + header;
  const after = from + stored;
  if (size > MAX_ZSTD_BLOCK || after > end) broken();
  let table = before;
  let at = from;
  if (!treeless) ({ table, end: at } = readHuffman(view, from, after));
  // A tree that was never there cannot be taken again.
  if (!table) broken();
  const out = literalBuffer();
  if (format === 0) decodeStream(table, view, at, after, out, 0, size);
  else fourStreams(table, view, at, after, out, size);
  return { bytes: out, start: 0, end: size, after, table };
}

/** The header without type and format: 20, 28 or 36 bits. */
function headerNumber(view: DataView, start: number, length: number): number {
  let number = 0;
  for (let i = length - 1; i >= 0; i--) number = number * 256 + view.getUint8(start + i);
  return Math.floor(number / 16);
}

function fourStreams(
  table: HuffmanTable, view: DataView, start: number, end: number, out: Uint8Array, size: number,
): void {
  // RFC 8878 leaves open what 4 streams of fewer than 6 literals are; libzstd refuses them.
  if (start + 6 > end || size < 6) broken();
  const each = (size + 3) >> 2;
  let from = start + 6;
  for (let i = 0; i < 4; i++) {
    const to = i < 3 ? from + view.getUint16(start + 2 * i, true) : end;
    if (to > end) broken();
    decodeStream(table, view, from, to, out, i * each, i < 3 ? (i + 1) * each : size);
    from = to;
  }
}

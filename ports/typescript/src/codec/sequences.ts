// The sequences section of a compressed block (RFC 8878, section 3.1.1.3.2), and what it does.
import { MAX_ZSTD_BLOCK } from '../generated/registry.js';
import { broken, load, streamBits } from './bits.js';
import { buildTable, readTable, rleTable, type FseTable } from './fse.js';
import type { Literals } from './literals.js';
import { copyMatch } from './lz4.js';

const LITERAL_BASE = Uint32Array.of(
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048,
  4096, 8192, 16384, 32768, 65536,
);
const LITERAL_BITS = Uint8Array.of(
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
);
const MATCH_BASE = Uint32Array.of(
  3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
  35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
);
const MATCH_BITS = Uint8Array.of(
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4,
  4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
);

interface Code {
  readonly maxLog: number;
  readonly maxSymbol: number;
  readonly usual: FseTable;
}

const LITERAL: Code = {
  maxLog: 9, maxSymbol: 35,
  usual: buildTable([4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
    -1, -1, -1, -1], 6),
};
const OFFSET: Code = {
  maxLog: 8, maxSymbol: 31,
  usual: buildTable([1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1], 5),
};
const MATCH: Code = {
  maxLog: 9, maxSymbol: 52,
  usual: buildTable([1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1], 6),
};

/** What one block leaves to the next. */
export class SequenceState {
  literal: FseTable | undefined;
  offset: FseTable | undefined;
  match: FseTable | undefined;
  recent: [number, number, number] = [1, 4, 8];
}

/** Offsets of more bits than this lie above any output. */
const MAX_OFFSET_BITS = 24;

/** Runs the sequences in bytes [start, end) over the literals; gives the new end of the output. */
export function runSequences(
  state: SequenceState, view: DataView, start: number, end: number, literals: Literals, out: Uint8Array, to: number,
): number {
  if (start >= end) broken();
  const header = readCount(view, start, end);
  if (header.count === 0) {
    // ZST-018: bytes after a section of no sequences are refused.
    if (header.after !== end) broken();
    return copyRest(literals, out, to, to);
  }
  if (header.after >= end) broken();
  const modes = view.getUint8(header.after);
  // ZST-018: reserved bits of the modes byte are refused.
  if (modes & 3) broken();
  let at = header.after + 1;
  ({ table: state.literal, end: at } = chooseTable(modes >>> 6, LITERAL, state.literal, view, at, end));
  ({ table: state.offset, end: at } = chooseTable((modes >>> 4) & 3, OFFSET, state.offset, view, at, end));
  ({ table: state.match, end: at } = chooseTable((modes >>> 2) & 3, MATCH, state.match, view, at, end));
  return execute(state, state.literal, state.offset, state.match, header.count, view, at, end, literals, out, to);
}

function readCount(view: DataView, start: number, end: number): { count: number; after: number } {
  const first = view.getUint8(start);
  const length = first < 128 ? 1 : first < 255 ? 2 : 3;
  if (start + length > end) broken();
  const count = length === 1 ? first
    : length === 2 ? ((first - 128) << 8) + view.getUint8(start + 1)
      : view.getUint16(start + 1, true) + 0x7f00;
  return { count, after: start + length };
}

function chooseTable(
  mode: number, code: Code, before: FseTable | undefined, view: DataView, at: number, end: number,
): { table: FseTable; end: number } {
  if (mode === 0) return { table: code.usual, end: at };
  if (mode === 2) return readTable(view, at, end, code.maxLog, code.maxSymbol);
  if (mode === 1) {
    const symbol = at < end ? view.getUint8(at) : broken();
    if (symbol > code.maxSymbol) broken();
    return { table: rleTable(symbol), end: at + 1 };
  }
  // A table that was never there cannot be taken again.
  return before ? { table: before, end: at } : broken();
}

function execute(
  state: SequenceState, literalTable: FseTable, offsetTable: FseTable, matchTable: FseTable, count: number,
  view: DataView, start: number, end: number, literals: Literals, out: Uint8Array, from: number,
): number {
  const ll = literalTable.entries, of = offsetTable.entries, ml = matchTable.entries;
  const source = literals.bytes;
  const limit = Math.min(out.length, from + MAX_ZSTD_BLOCK);
  let [r0, r1, r2] = state.recent;
  let to = from;
  let next = literals.start;
  let bit = streamBits(view, start, end) - literalTable.log;
  let l = load(view, start, bit) & ((1 << literalTable.log) - 1);
  bit -= offsetTable.log;
  let o = load(view, start, bit) & ((1 << offsetTable.log) - 1);
  bit -= matchTable.log;
  let m = load(view, start, bit) & ((1 << matchTable.log) - 1);
  if (bit < 0) broken();
  for (let i = 0; i < count; i++) {
    const le = ll[l], oe = of[o], me = ml[m];
    const ob = oe >>> 24;
    if (ob > MAX_OFFSET_BITS) broken();
    bit -= ob;
    const value = (1 << ob) + (load(view, start, bit) & ((1 << ob) - 1));
    const mb = MATCH_BITS[me >>> 24];
    bit -= mb;
    const match = MATCH_BASE[me >>> 24] + (load(view, start, bit) & ((1 << mb) - 1));
    const lb = LITERAL_BITS[le >>> 24];
    bit -= lb;
    const length = LITERAL_BASE[le >>> 24] + (load(view, start, bit) & ((1 << lb) - 1));
    let offset: number;
    if (value > 3) {
      offset = value - 3;
      r2 = r1;
      r1 = r0;
      r0 = offset;
    } else {
      const which = value - (length === 0 ? 0 : 1);
      if (which === 0) {
        offset = r0;
      } else {
        offset = which === 1 ? r1 : which === 2 ? r2 : r0 - 1;
        if (which !== 1) r2 = r1;
        r1 = r0;
        r0 = offset;
      }
    }
    if (i < count - 1) {
      const lbits = (le >>> 16) & 255, mbits = (me >>> 16) & 255, obits = (oe >>> 16) & 255;
      bit -= lbits;
      l = (le & 0xffff) + (load(view, start, bit) & ((1 << lbits) - 1));
      bit -= mbits;
      m = (me & 0xffff) + (load(view, start, bit) & ((1 << mbits) - 1));
      bit -= obits;
      o = (oe & 0xffff) + (load(view, start, bit) & ((1 << obits) - 1));
    }
    // More literals than there are, an offset of 0 or above the output, or more output than there may be (COD-002).
    if (bit < 0 || length > literals.end - next || offset === 0 || offset > to + length || to + length + match > limit) broken();
    if (length > 32) out.set(source.subarray(next, next + length), to);
    else for (let j = 0; j < length; j++) out[to + j] = source[next + j];
    next += length;
    to += length;
    copyMatch(out, to, offset, match);
    to += match;
  }
  // ZST-018: bits that are left over are refused.
  if (bit !== 0) broken();
  state.recent = [r0, r1, r2];
  literals.start = next;
  return copyRest(literals, out, to, from);
}

/** Copies the literals behind the last sequence. */
function copyRest(literals: Literals, out: Uint8Array, to: number, from: number): number {
  const length = literals.end - literals.start;
  if (to + length > Math.min(out.length, from + MAX_ZSTD_BLOCK)) broken();
  out.set(literals.bytes.subarray(literals.start, literals.end), to);
  return to + length;
}

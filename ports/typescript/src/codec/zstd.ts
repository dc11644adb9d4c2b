// A decoder of zstd (RFC 8878) for bodies that have passed the walk.
import { xxh64 } from '../xxh64.js';
import { broken } from './bits.js';
import type { HuffmanTable } from './huffman.js';
import { readLiterals } from './literals.js';
import { runSequences, SequenceState } from './sequences.js';
import type { ZstdFrame } from './zstd-walk.js';

/** Decompresses to `out`; false where what comes out is not as long as `out`. Throws BROKEN where it cannot go on. */
export function inflateZstd(frame: Uint8Array, layout: ZstdFrame, out: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const state = new SequenceState();
  let huffman: HuffmanTable | undefined;
  let to = 0;
  for (let pos = layout.blocks; pos < layout.checksum;) {
    const header = frame[pos] | (frame[pos + 1] << 8) | (frame[pos + 2] << 16);
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    pos += 3;
    if (type === 2) {
      const literals = readLiterals(frame, view, pos, pos + size, huffman);
      huffman = literals.table;
      to = runSequences(state, view, literals.after, pos + size, literals, out, to);
      pos += size;
      continue;
    }
    if (to + size > out.length) broken();
    if (type === 1) out.fill(frame[pos], to, to + size);
    else out.set(frame.subarray(pos, pos + size), to);
    to += size;
    pos += type === 1 ? 1 : size;
  }
  return to === out.length;
}

/** Whether the 4 bytes after the last block are the checksum of the output. */
export function checksumMatches(frame: Uint8Array, layout: ZstdFrame, out: Uint8Array): boolean {
  const at = layout.checksum;
  const stored = (frame[at] | (frame[at + 1] << 8) | (frame[at + 2] << 16) | (frame[at + 3] << 24)) >>> 0;
  return xxh64(out)[1] === stored;
}

import { DashStreamError } from '../errors.js';
import { Codec } from '../generated/registry.js';
import { BROKEN } from './bits.js';
import { inflateLz4, walkLz4 } from './lz4.js';
import { checksumMatches, inflateZstd } from './zstd.js';
import { walkZstd } from './zstd-walk.js';

/** The body in bytes [start, end) of a frame, decompressed to exactly `rawLen` bytes. */
export function inflate(codec: number, frame: Uint8Array, start: number, end: number, rawLen: number): Uint8Array {
  if (codec === Codec.NONE) return frame.subarray(start, end);
  return codec === Codec.ZSTD ? fromZstd(frame, start, end, rawLen) : fromLz4(frame, start, end, rawLen);
}

function fromLz4(frame: Uint8Array, start: number, end: number, rawLen: number): Uint8Array {
  // COD-001: another length. It is known before anything is allocated (COD-002, COD-003).
  if (walkLz4(frame, start, end) !== rawLen) throw new DashStreamError('DECOMPRESS', start, 'COD-001');
  const out = new Uint8Array(rawLen);
  inflateLz4(frame, start, end, out);
  return out;
}

function fromZstd(frame: Uint8Array, start: number, end: number, rawLen: number): Uint8Array {
  const layout = walkZstd(frame, start, end, rawLen);
  const out = new Uint8Array(rawLen);
  let whole: boolean;
  try {
    whole = inflateZstd(frame, layout, out);
  } catch (thrown) {
    if (thrown !== BROKEN) throw thrown;
    whole = false;
  }
  // COD-001: it does not decompress, or to another length.
  if (!whole) throw new DashStreamError('DECOMPRESS', start, 'COD-001');
  // ZST-017: the checksum is of something else.
  if (!checksumMatches(frame, layout, out)) throw new DashStreamError('DECOMPRESS', start, 'ZST-017');
  return out;
}

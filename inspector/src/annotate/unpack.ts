// The body behind a stored body that no reader may accept: where it still comes out, it is worth looking at.
import { Codec, inflateLz4, inflateZstd, MAX_RAW_LEN, walkLz4, walkZstd } from '../port.js';

/** The body in bytes [start, end) of a frame; undefined where nothing comes out. A wrong checksum of zstd is passed over. */
export function unpack(codec: number, frame: Uint8Array, start: number, end: number, rawLen: number): Uint8Array | undefined {
  if (start >= end) return undefined;
  if (codec === Codec.NONE) return frame.subarray(start, end);
  if (rawLen > MAX_RAW_LEN || (codec !== Codec.ZSTD && codec !== Codec.LZ4)) return undefined;
  try {
    return codec === Codec.ZSTD ? fromZstd(frame, start, end, rawLen) : fromLz4(frame, start, end, rawLen);
  } catch {
    // The walks say why; that is the verdict's business.
    return undefined;
  }
}

function fromZstd(frame: Uint8Array, start: number, end: number, rawLen: number): Uint8Array | undefined {
  const out = new Uint8Array(rawLen);
  return inflateZstd(frame, walkZstd(frame, start, end, rawLen), out) ? out : undefined;
}

function fromLz4(frame: Uint8Array, start: number, end: number, rawLen: number): Uint8Array | undefined {
  const length = walkLz4(frame, start, end);
  if (length === 0 || length > rawLen) return undefined;
  const out = new Uint8Array(length);
  inflateLz4(frame, start, end, out);
  return out;
}

// The zstd compressor, apart from the rest because its WebAssembly is large: a reader does not need it.
import { Zstd } from '@hpcc-js/wasm-zstd';
import type { ZstdCompressor } from './write/deflate.js';
import { xxh64 } from './xxh64.js';

const CHECKSUM_FLAG = 0x04;

/** Loads libzstd, once; what it gives is the `zstd` of `encodeFrame`. */
export async function loadZstd(): Promise<ZstdCompressor> {
  const library = await Zstd.load();
  return (body, level) => withChecksum(library.compress(body, level), body);
}

/** ZST-004: the library's one-shot interface leaves the checksum out, and a frame is the same with it but for flag and end. */
function withChecksum(compressed: Uint8Array, body: Uint8Array): Uint8Array {
  if (compressed[4] & CHECKSUM_FLAG) return compressed;
  const frame = new Uint8Array(compressed.length + 4);
  frame.set(compressed);
  frame[4] |= CHECKSUM_FLAG;
  new DataView(frame.buffer).setUint32(compressed.length, xxh64(body)[1], true);
  return frame;
}

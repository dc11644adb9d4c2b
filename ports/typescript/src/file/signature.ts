import { crc32c } from '../crc32c.js';

export const SIGNATURE = Uint8Array.of(0xbe, 0x44, 0x53, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
export const MARKER_LEN = 16;
/** Signature, marker, and CRC of the marker. */
export const HEADER_LEN = 28;

/** Whether bytes stand at a place. */
export function standsAt(bytes: Uint8Array, at: number, what: Uint8Array): boolean {
  if (at + what.length > bytes.length) return false;
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

/** The marker of a header, where it is intact. */
export function readMarker(header: Uint8Array): Uint8Array | undefined {
  if (header.length < HEADER_LEN) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return crc32c(header, 8, 24) === view.getUint32(24, true) ? new Uint8Array(header.subarray(8, 24)) : undefined;
}

/** The 28 bytes with which a file begins. */
export function makeHeader(marker: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_LEN);
  header.set(SIGNATURE);
  header.set(marker, 8);
  new DataView(header.buffer).setUint32(24, crc32c(marker), true);
  return header;
}

import { crc32c } from '../../src/crc32c.js';
import { preludeCrc } from '../../src/prelude.js';

/** Makes the checksums and the body's length what follows from the bytes, so that damage is found behind them. */
export function mend(frame: Uint8Array): Uint8Array {
  if (frame.length < 65) return frame;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const at = Math.min(64 + view.getUint16(24, true), frame.length);
  view.setUint32(16, frame.length - at, true);
  if (frame[26] === 0) view.setUint32(20, frame.length - at, true);
  view.setUint32(8, crc32c(frame, 64, at), true);
  view.setUint32(12, crc32c(frame, at), true);
  view.setUint32(4, preludeCrc(frame, 0), true);
  return frame;
}

// Packed columns of the body. Most values take one byte, so that is what the loops are made for.
import type { Scan } from './wire/scan.js';

/** Scans uint32 values up to `end`; keeps as many as `values` holds, and gives how many there are. */
export function scanNumbers(scan: Scan, end: number, values: Uint32Array): number {
  const bytes = scan.bytesIn;
  const room = values.length;
  let pos = scan.pos;
  let count = 0;
  while (pos < end) {
    let value = bytes[pos];
    if (value < 0x80) {
      pos++;
    } else if (pos + 1 < end && bytes[pos + 1] < 0x80) {
      value = (value & 0x7f) | (bytes[pos + 1] << 7);
      pos += 2;
    } else {
      scan.pos = pos;
      value = scan.uint32(end);
      pos = scan.pos;
    }
    if (count < room) values[count] = value;
    count++;
  }
  return count;
}

/** Scans sint64 values, likewise. */
export function scanDeltas(scan: Scan, end: number, values: Float64Array): number {
  const bytes = scan.bytesIn;
  const room = values.length;
  let pos = scan.pos;
  let count = 0;
  while (pos < end) {
    let value = bytes[pos];
    if (value < 0x80) {
      pos++;
      value = (value >>> 1) ^ -(value & 1);
    } else if (pos + 1 < end && bytes[pos + 1] < 0x80) {
      value = (value & 0x7f) | (bytes[pos + 1] << 7);
      pos += 2;
      value = (value >>> 1) ^ -(value & 1);
    } else {
      scan.pos = pos;
      value = scan.sint64(end);
      pos = scan.pos;
    }
    if (count < room) values[count] = value;
    count++;
  }
  return count;
}

/** First byte of the value with this index, in a column that has passed the scan. */
export function valueAt(bytes: Uint8Array, start: number, index: number): number {
  let pos = start;
  for (let left = index; left > 0; left--) {
    while (bytes[pos] >= 0x80) pos++;
    pos++;
  }
  return pos;
}

/** What a decoder throws where it cannot go on; the caller makes DECOMPRESS of it. */
export const BROKEN = Object.freeze({ name: 'BrokenStream' });

export function broken(): never {
  throw BROKEN;
}

/** Position of the highest bit that is set. */
export function highBit(value: number): number {
  return 31 - Math.clz32(value);
}

/**
 * 32 bits, beginning with the one at `bit`, counted from the lowest bit of byte `start`. At most 25 of them can be used.
 *
 * Bytes in front of a stream may be read, and bits of theirs are never believed; behind it there are always the four
 * of the checksum.
 */
export function load(view: DataView, start: number, bit: number): number {
  return view.getInt32(start + (bit >> 3), true) >>> (bit & 7);
}

/** The number of bits in a stream that is read backwards: what lies below the highest bit of its last byte. */
export function streamBits(view: DataView, start: number, end: number): number {
  // A stream has a last byte, and that one has the bit that marks its end.
  const last = end > start ? view.getUint8(end - 1) : 0;
  return last === 0 ? broken() : (end - 1 - start) * 8 + highBit(last);
}

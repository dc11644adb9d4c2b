// Reading bytes that may be broken. Nothing here throws: what is not there is undefined, and nothing is taken.

/** A value of up to 64 bits: a bigint where a number would not be exact. */
export type Whole = number | bigint;

/** A place in bytes [pos, end). */
export class Cursor {
  constructor(readonly bytes: Uint8Array, public pos = 0, readonly end = bytes.length) {}

  get left(): number {
    return this.end - this.pos;
  }

  /** Takes `length` bytes; gives where they begin. */
  take(length: number): number | undefined {
    if (!(length <= this.left)) return undefined;
    const at = this.pos;
    this.pos += length;
    return at;
  }

  /** A varint of up to ten bytes. */
  varint(): Whole | undefined {
    let value = 0;
    let scale = 1;
    for (let i = this.pos; i < this.end && i < this.pos + 7; i++) {
      const byte = this.bytes[i];
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) {
        this.pos = i + 1;
        return value;
      }
    }
    return this.longVarint();
  }

  private longVarint(): Whole | undefined {
    let value = 0n;
    for (let i = 0; i < 10 && this.pos + i < this.end; i++) {
      const byte = this.bytes[this.pos + i];
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) {
        this.pos += i + 1;
        return exact(BigInt.asUintN(64, value));
      }
    }
    return undefined;
  }

  /** A little-endian number of 4 or 8 bytes. */
  fixed(length: 4 | 8): Whole | undefined {
    const at = this.take(length);
    return at === undefined ? undefined : littleEndian(this.bytes, at, length);
  }
}

/** The number in `length` bytes at a place. */
export function littleEndian(bytes: Uint8Array, at: number, length: number): Whole {
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]);
  return exact(value);
}

/** A number where that loses nothing. */
function exact(value: bigint): Whole {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** The signed value of a sint64. */
export function zigzag(value: Whole): bigint {
  const bits = BigInt(value);
  return BigInt.asIntN(64, (bits >> 1n) ^ -(bits & 1n));
}

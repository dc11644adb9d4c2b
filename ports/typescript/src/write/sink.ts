// A growing buffer of protobuf bytes, each value in as few as it takes.

const TWO_28 = 2 ** 28;
const encoder = new TextEncoder();

export class Sink {
  bytes: Uint8Array;
  length = 0;
  private view: DataView;

  constructor(room = 256) {
    this.bytes = new Uint8Array(room);
    this.view = new DataView(this.bytes.buffer);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** What was written, as a view. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** A whole number from 0, below 2^53. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    // Bit operations have 32 bits.
    while (rest >= TWO_28) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** A number of magnitude below 2^53, zigzag. It is doubled, so its lowest seven bits go first. */
  zigzag(value: number): void {
    const magnitude = value < 0 ? -value - 1 : value;
    const first = (magnitude % 64) * 2 + (value < 0 ? 1 : 0);
    const rest = Math.floor(magnitude / 64);
    this.reserve(1);
    this.bytes[this.length++] = rest > 0 ? first | 0x80 : first;
    if (rest > 0) this.varint(rest);
  }

  tag(number: number, wire: number): void {
    this.varint(number * 8 + wire);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  fixed32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Bytes with their length in front. */
  blob(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Text with its length in front. */
  text(text: string): void {
    this.delimited(() => {
      this.reserve(text.length * 3);
      this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
    });
  }

  /** What `write` writes, with its length in front. */
  delimited(write: () => void): void {
    this.reserve(1);
    const at = this.length++;
    write();
    const length = this.length - at - 1;
    if (length < 0x80) {
      this.bytes[at] = length;
      return;
    }
    // The length needs more than the one byte that was left for it.
    const more = length < 0x4000 ? 1 : length < 0x200000 ? 2 : length < TWO_28 ? 3 : 4;
    this.reserve(more);
    this.bytes.copyWithin(at + 1 + more, at + 1, this.length);
    const end = this.length + more;
    this.length = at;
    this.varint(length);
    this.length = end;
  }
}

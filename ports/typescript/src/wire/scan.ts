import { MAX_SEQUENCE } from '../generated/registry.js';
import { NO_BYTES } from './nothing.js';
import { decodeUtf8 } from './utf8.js';

const TWO_28 = 2 ** 28;
const TWO_32 = 2 ** 32;

/** What a failed scan throws. It is one object, and has no stack: what failed stands in the scan. */
export const SCAN_FAILED = Object.freeze({ name: 'ScanFailed' });

/** No strings: in metadata and body nothing refers to any. */
const NO_STRINGS: readonly (string | undefined)[] = [undefined];

/**
 * The scan of protobuf bytes (wire.md). It makes the values while it checks them; a value that fails throws
 * SCAN_FAILED, and `tagAt` is then the first byte of the tag of the innermost field, `requirement` the rule.
 *
 * No number is a BigInt: whatever passes WIRE-009, WIRE-011 and WIRE-012 is exact in a double.
 */
export class Scan {
  pos = 0;
  /** First byte of the last tag. */
  tagAt = 0;
  requirement = '';
  /** The first rule of records.md that a ref or key broke; it counts once the scan has passed. */
  fault = '';
  /** Number and place of each field of the metadata. */
  readonly notes: number[] = [];
  readonly bytesIn: Uint8Array;
  /** The string table; [0] is no string. */
  strings: readonly (string | undefined)[] = NO_STRINGS;

  private readonly view: DataView;
  // A varint in parts of 28, 28 and 8 bits.
  private low = 0;
  private middle = 0;
  private top = 0;
  // Which keys a list of attributes has had: stamps[ref] is the number of the list.
  private stamps: Uint32Array | undefined;
  private list = 0;
  private keyRef = 0;

  constructor(bytes: Uint8Array) {
    this.bytesIn = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(requirement: string): never {
    this.requirement = requirement;
    throw SCAN_FAILED;
  }

  /** Begins a payload at `pos`. */
  begin(pos: number): void {
    this.pos = pos;
    this.fault = '';
    this.list++;
  }

  tag(end: number): number {
    const at = this.pos;
    this.tagAt = at;
    const first = this.bytesIn[at];
    if (first < 0x80) {
      this.pos = at + 1;
      return first;
    }
    return this.longTag(end);
  }

  private longTag(end: number): number {
    let value = 0;
    let scale = 1;
    // WIRE-001: at most 5 bytes, at most 2^32 - 1, and whole.
    for (let i = 0; i < 5; i++) {
      if (this.pos >= end) return this.fail('WIRE-001');
      const byte = this.bytesIn[this.pos++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value < TWO_32 ? value : this.fail('WIRE-001');
      scale *= 128;
    }
    return this.fail('WIRE-001');
  }

  /** Notes that a field may occur once only; gives the set with it. */
  once(seen: number, bit: number): number {
    // WIRE-005: a second time.
    if (seen & bit) this.fail('WIRE-005');
    return seen | bit;
  }

  /** Notes where a field of the metadata stands. */
  note(field: number): void {
    this.notes.push(field, this.tagAt);
  }

  /** Passes over a field whose tag is not one of the schema's; `mask` has the numbers of the schema. */
  unknown(tag: number, end: number, mask: number): void {
    const field = tag >>> 3;
    const wire = tag & 7;
    // WIRE-002: field number 0.
    if (field === 0) this.fail('WIRE-002');
    // WIRE-003: groups, and types that never were.
    if (wire === 3 || wire === 4 || wire > 5) this.fail('WIRE-003');
    // WIRE-004: a field of the schema with another wire type.
    if (field < 32 && (mask >>> field) & 1) this.fail('WIRE-004');
    // WIRE-017: anything else is passed over, once its value is in order.
    if (wire === 0) this.parts(end);
    else if (wire === 1) this.skip(8, end);
    else if (wire === 5) this.skip(4, end);
    else this.pos = this.open(end);
  }

  private skip(length: number, end: number): void {
    // WIRE-007: the message ends inside the value.
    if (end - this.pos < length) this.fail('WIRE-007');
    this.pos += length;
  }

  /** Reads a varint of 64 bits into its parts. */
  private parts(end: number): void {
    const bytes = this.bytesIn;
    let low = 0;
    let middle = 0;
    let top = 0;
    for (let i = 0; ; i++) {
      // WIRE-007: the message or the packed field ends inside it.
      if (this.pos >= end) this.fail('WIRE-007');
      const byte = bytes[this.pos++];
      const seven = byte & 0x7f;
      if (i < 4) low |= seven << (7 * i);
      else if (i < 8) middle |= seven << (7 * (i - 4));
      // WIRE-006: a tenth byte above 01; an eleventh would need one.
      else if (i === 9 && byte > 1) this.fail('WIRE-006');
      else top |= seven << (7 * (i - 8));
      if (byte < 0x80) break;
    }
    this.low = low;
    this.middle = middle;
    this.top = top;
  }

  /** A varint; exact below 2^53, and at least 2^53 where it is. */
  private long(end: number): number {
    this.parts(end);
    return this.low + this.middle * TWO_28 + this.top * TWO_28 * TWO_28;
  }

  uint32(end: number): number {
    const pos = this.pos;
    if (pos < end) {
      const first = this.bytesIn[pos];
      if (first < 0x80) {
        this.pos = pos + 1;
        return first;
      }
    }
    const value = this.long(end);
    // WIRE-009: above 2^32 - 1.
    return value < TWO_32 ? value : this.fail('WIRE-009');
  }

  uint64(end: number): number {
    const pos = this.pos;
    if (pos < end) {
      const first = this.bytesIn[pos];
      if (first < 0x80) {
        this.pos = pos + 1;
        return first;
      }
    }
    const value = this.long(end);
    // WIRE-011: above 2^53 - 1.
    return value <= MAX_SEQUENCE ? value : this.fail('WIRE-011');
  }

  sint64(end: number): number {
    this.parts(end);
    const half = (this.low >>> 1) + this.middle * (TWO_28 / 2) + this.top * TWO_28 * (TWO_28 / 2);
    // WIRE-012: a magnitude above 2^53 - 1. (half + 1 is compared without being computed.)
    if (half > MAX_SEQUENCE || (this.low & 1 && half >= MAX_SEQUENCE)) this.fail('WIRE-012');
    return this.low & 1 ? -half - 1 : half;
  }

  bool(end: number): boolean {
    const value = this.long(end);
    // WIRE-010: neither 0 nor 1.
    return value < 2 ? value === 1 : this.fail('WIRE-010');
  }

  double(end: number): number {
    const at = this.pos;
    this.skip(8, end);
    return this.view.getFloat64(at, true);
  }

  fixed32(end: number): number {
    const at = this.pos;
    this.skip(4, end);
    return this.view.getUint32(at, true);
  }

  /** Reads a length; gives where what it announces ends. */
  open(end: number): number {
    const pos = this.pos;
    let length: number;
    if (pos < end && this.bytesIn[pos] < 0x80) {
      length = this.bytesIn[pos];
      this.pos = pos + 1;
    } else {
      length = this.long(end);
    }
    // WIRE-008: past the end of the message.
    if (length > end - this.pos) this.fail('WIRE-008');
    return this.pos + length;
  }

  string(end: number): string {
    const last = this.open(end);
    if (last === this.pos) return '';
    const text = decodeUtf8(this.bytesIn, this.pos, last);
    // WIRE-013: not UTF-8.
    if (text === undefined) return this.fail('WIRE-013');
    this.pos = last;
    return text;
  }

  /** A view of the bytes, not a copy. */
  bytes(end: number): Uint8Array {
    const last = this.open(end);
    const at = this.pos;
    this.pos = last;
    return at === last ? NO_BYTES : this.bytesIn.subarray(at, last);
  }

  uint32s(end: number): number[] {
    const last = this.open(end);
    const values: number[] = [];
    while (this.pos < last) values.push(this.uint32(last));
    return values;
  }

  sint64s(end: number): number[] {
    const last = this.open(end);
    const values: number[] = [];
    while (this.pos < last) values.push(this.sint64(last));
    return values;
  }

  doubles(end: number): number[] {
    const last = this.open(end);
    const values: number[] = [];
    while (this.pos < last) values.push(this.double(last));
    return values;
  }

  /** A ref, as the string that it refers to. */
  ref(end: number): string | undefined {
    return this.resolve(this.uint32(end));
  }

  refs(end: number): (string | null)[] {
    const last = this.open(end);
    const values: (string | null)[] = [];
    while (this.pos < last) values.push(this.resolve(this.uint32(last)) ?? null);
    return values;
  }

  private resolve(ref: number): string | undefined {
    if (ref < this.strings.length) return this.strings[ref];
    // REC-005: a ref past the string table.
    this.fault = 'REC-005';
    return undefined;
  }

  /** The ref of an attribute's key. */
  key(end: number): string | undefined {
    this.keyRef = this.uint32(end);
    return this.resolve(this.keyRef);
  }

  /** Ends an attribute: looks whether its key is one, and new in its list. */
  attribute(): void {
    const ref = this.keyRef;
    this.keyRef = 0;
    if (ref >= this.strings.length) return;
    this.stamps ??= new Uint32Array(this.strings.length);
    // REC-010: no key, or the same ref a second time. REC-005 is checked first.
    if (ref === 0 || this.stamps[ref] === this.list) this.fault ||= 'REC-010';
    this.stamps[ref] = this.list;
  }
}

// The scan of the body, and its checks (body.md).
import { scanDeltas, scanNumbers, valueAt } from './columns.js';
import { DashStreamError, type ErrorCode } from './errors.js';
import { MAX_IDS, MAX_SEQUENCE, MAX_STRINGS, MAX_STRING_LEN } from './generated/registry.js';
import { span, type Prelude } from './prelude.js';
import { NO_BYTES } from './wire/nothing.js';
import { Scan, SCAN_FAILED } from './wire/scan.js';

const KIND = 2, TIME = 3, SEQUENCE = 4, THREAD = 5, NODE = 6, PARENT = 7, RUN = 8, TASK = 9, TRACE = 10;
const TRACE_IDS = 11, SPAN = 12, SPAN_IDS = 13, PAYLOAD_LEN = 14, PAYLOADS = 15;
const COLUMNS = [KIND, TIME, SEQUENCE, THREAD, NODE, PARENT, RUN, TASK, TRACE, SPAN, PAYLOAD_LEN];
const KNOWN = 0xfffe;

/** A column as it was found: record_count values at most, and how many there are. */
interface Found {
  readonly tagAt: number;
  readonly start: number;
  readonly count: number;
  readonly values: Uint32Array | Float64Array;
}

/** Ids of one size, back to back; each is made into a view once, however many records refer to it. */
export class IdTable {
  readonly count: number;
  private readonly views: (Uint8Array | undefined)[] = [];

  constructor(readonly bytes: Uint8Array, readonly size: number) {
    this.count = Math.floor(bytes.length / size);
  }

  /** The id of a ref from 1. */
  get(ref: number): Uint8Array {
    return (this.views[ref] ??= this.bytes.subarray((ref - 1) * this.size, ref * this.size));
  }
}

/** A body that has passed every check. Columns that are absent are lists of their default. */
export class Body {
  readonly scan: Scan;
  readonly bytes: Uint8Array;
  /** The string table; [0] is no string. */
  readonly strings: (string | undefined)[] = [undefined];
  traceIds = new IdTable(NO_BYTES, 16);
  spanIds = new IdTable(NO_BYTES, 8);
  payloads = 0;
  payloadsEnd = 0;

  private readonly found: (Found | undefined)[] = [];
  private readonly tags: number[] = [];
  private stringCount = 0;
  private extraString = -1;
  private badString = -1;

  constructor(bytes: Uint8Array, readonly prelude: Prelude, readonly baseTimeUs: number) {
    this.bytes = bytes;
    this.scan = new Scan(bytes);
    this.payloads = this.payloadsEnd = bytes.length;
    this.scanAll();
    this.check();
    this.scan.strings = this.strings;
  }

  get kind(): Uint32Array { return this.numbers(KIND); }
  get threadRef(): Uint32Array { return this.numbers(THREAD); }
  get nodeRef(): Uint32Array { return this.numbers(NODE); }
  get runRef(): Uint32Array { return this.numbers(RUN); }
  get taskRef(): Uint32Array { return this.numbers(TASK); }
  get parentDelta(): Uint32Array { return this.numbers(PARENT); }
  get traceRef(): Uint32Array { return this.numbers(TRACE); }
  get spanRef(): Uint32Array { return this.numbers(SPAN); }
  get payloadLen(): Uint32Array { return this.numbers(PAYLOAD_LEN); }
  get timeDelta(): Float64Array { return (this.found[TIME]?.values as Float64Array) ?? zeroDeltas(this.prelude.recordCount); }

  /** Undefined where all are 1 (BODY-015). */
  get sequenceDelta(): Uint32Array | undefined { return this.found[SEQUENCE]?.values as Uint32Array | undefined; }

  // BODY-015: an absent column is one of defaults.
  private numbers(field: number): Uint32Array {
    return (this.found[field]?.values as Uint32Array | undefined) ?? zeroNumbers(this.prelude.recordCount);
  }

  /** Where the value of a record stands in a column. */
  valueAt(field: number, index: number): number {
    return valueAt(this.bytes, this.found[field]!.start, index);
  }

  /** Where the kind of a record stands. */
  kindAt(index: number): number {
    return this.valueAt(KIND, index);
  }

  private scanAll(): void {
    const scan = this.scan;
    const end = this.bytes.length;
    let seen = 0;
    try {
      while (scan.pos < end) {
        const tag = scan.tag(end);
        const field = tag >>> 3;
        if ((tag & 7) !== 2 || field === 0 || field > PAYLOADS) {
          scan.unknown(tag, end, KNOWN);
        } else if (field === 1) {
          this.scanString(end);
        } else {
          seen = scan.once(seen, 1 << field);
          this.scanOnce(field, end);
        }
      }
    } catch (thrown) {
      if (thrown !== SCAN_FAILED) throw thrown;
      throw new DashStreamError('BODY_WIRE', scan.tagAt, scan.requirement);
    }
  }

  private scanOnce(field: number, end: number): void {
    const scan = this.scan;
    this.tags[field] = scan.tagAt;
    const last = scan.open(end);
    const start = scan.pos;
    if (field === TRACE_IDS) this.traceIds = new IdTable(this.bytes.subarray(start, last), 16);
    else if (field === SPAN_IDS) this.spanIds = new IdTable(this.bytes.subarray(start, last), 8);
    else if (field === PAYLOADS) [this.payloads, this.payloadsEnd] = start === last ? [end, end] : [start, last];
    else this.scanColumn(field, start, last);
    scan.pos = last;
  }

  private scanColumn(field: number, start: number, last: number): void {
    const n = this.prelude.recordCount;
    const values = field === TIME ? new Float64Array(n) : new Uint32Array(n);
    const count = values instanceof Float64Array ? scanDeltas(this.scan, last, values) : scanNumbers(this.scan, last, values);
    this.found[field] = { tagAt: this.tags[field], start, count, values };
  }

  /** Counts a string, and keeps it only where BODY-001 and BODY-002 let it pass. */
  private scanString(end: number): void {
    const scan = this.scan;
    const tagAt = scan.tagAt;
    const from = scan.pos;
    const length = scan.open(end) - scan.pos;
    scan.pos = from;
    const text = scan.string(end);
    if (++this.stringCount === MAX_STRINGS + 1) this.extraString = tagAt;
    if (this.badString < 0 && (length === 0 || length > MAX_STRING_LEN)) this.badString = tagAt;
    if (this.extraString < 0 && this.badString < 0) this.strings.push(text);
  }

  private check(): void {
    this.checkStrings();
    this.checkLengths();
    this.checkKinds();
    for (const field of [THREAD, NODE, RUN, TASK]) this.checkRefs(field, this.stringCount, 'STRING_REF', 'BODY-006');
    this.checkIds(TRACE_IDS, this.traceIds, 'BODY-007');
    this.checkIds(SPAN_IDS, this.spanIds, 'BODY-008');
    this.checkRefs(TRACE, this.traceIds.count, 'ID_REF', 'BODY-009');
    this.checkRefs(SPAN, this.spanIds.count, 'ID_REF', 'BODY-010');
    this.checkSequence();
    this.checkTime();
    this.checkParents();
    this.checkPayloads();
  }

  private fail(code: ErrorCode, at: number, requirement: string): never {
    throw new DashStreamError(code, at, requirement);
  }

  private checkStrings(): void {
    // BODY-001: too many strings.
    if (this.extraString >= 0) this.fail('STRING_TABLE', this.extraString, 'BODY-001');
    // BODY-002: an empty string, or one that is too long. BODY-016: twice is allowed.
    if (this.badString >= 0) this.fail('STRING_TABLE', this.badString, 'BODY-002');
  }

  private checkLengths(): void {
    // BODY-003: no kinds.
    if (!this.found[KIND]) this.fail('COLUMN_LEN', this.bytes.length, 'BODY-003');
    for (const field of COLUMNS) {
      const column = this.found[field];
      // BODY-004: more or fewer values than records.
      if (column && column.count !== this.prelude.recordCount) this.fail('COLUMN_LEN', column.tagAt, 'BODY-004');
    }
  }

  private checkKinds(): void {
    const zero = this.kind.indexOf(0);
    // BODY-005: kind 0.
    if (zero >= 0) this.fail('KIND_ZERO', this.kindAt(zero), 'BODY-005');
  }

  private checkRefs(field: number, largest: number, code: ErrorCode, requirement: string): void {
    const values = this.found[field]?.values;
    if (!values) return;
    for (let i = 0; i < values.length; i++) {
      // BODY-006, BODY-009, BODY-010: a ref past its table.
      if (values[i] > largest) this.fail(code, this.valueAt(field, i), requirement);
    }
  }

  private checkIds(field: number, table: IdTable, requirement: string): void {
    const { bytes, size } = table;
    let bad = bytes.length % size !== 0 || table.count > MAX_IDS;
    for (let i = 0; i < bytes.length && !bad; i += size) {
      let any = 0;
      for (let j = i; j < i + size; j++) any |= bytes[j];
      bad = any === 0;
    }
    // BODY-007, BODY-008: a broken length, too many ids, or one that is all zero.
    if (bad) this.fail('ID_TABLE', this.tags[field], requirement);
  }

  private checkSequence(): void {
    const deltas = this.sequenceDelta;
    if (!deltas) return;
    const most = span(this.prelude);
    let sum = 0;
    for (let i = 0; i < deltas.length; i++) {
      sum += deltas[i];
      // BODY-011: no step, or one past the range.
      if (deltas[i] === 0 || sum > most) this.fail('SEQUENCE_DELTA', this.valueAt(SEQUENCE, i), 'BODY-011');
    }
  }

  private checkTime(): void {
    const deltas = this.found[TIME]?.values;
    if (!deltas) return;
    let time = this.baseTimeUs;
    for (let i = 0; i < deltas.length; i++) {
      // Both are within 2^53, so that a sum that is rounded is above MAX_SEQUENCE all the same.
      time += deltas[i];
      // BODY-012: before 1970, or above 2^53 - 1.
      if (time < 0 || time > MAX_SEQUENCE) this.fail('TIME_RANGE', this.valueAt(TIME, i), 'BODY-012');
    }
  }

  private checkParents(): void {
    const parents = this.found[PARENT]?.values;
    if (!parents) return;
    const deltas = this.sequenceDelta;
    let sequence = this.prelude.baseSequence - 1;
    for (let i = 0; i < parents.length; i++) {
      sequence += deltas ? deltas[i] : 1;
      // BODY-013: a parent before number 1.
      if (parents[i] >= sequence) this.fail('PARENT_RANGE', this.valueAt(PARENT, i), 'BODY-013');
    }
  }

  private checkPayloads(): void {
    const column = this.found[PAYLOAD_LEN];
    let sum = 0;
    if (column) for (let i = 0; i < column.values.length; i++) sum += column.values[i];
    // BODY-014: the lengths are not those of the payloads.
    if (sum !== this.payloadsEnd - this.payloads) {
      this.fail('PAYLOAD_LEN', column ? column.tagAt : this.tags[PAYLOADS], 'BODY-014');
    }
  }
}

let zeros = new Uint32Array(0);
let zeroTimes = new Float64Array(0);

function zeroNumbers(n: number): Uint32Array {
  if (zeros.length < n) zeros = new Uint32Array(n);
  return zeros;
}

function zeroDeltas(n: number): Float64Array {
  if (zeroTimes.length < n) zeroTimes = new Float64Array(n);
  return zeroTimes;
}

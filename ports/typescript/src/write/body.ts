// The body of a frame, from its records (body.md).
import { KINDS, type Payload } from '../generated/kinds.js';
import type { Metadata } from '../generated/messages.js';
import { MAX_SEQUENCE } from '../generated/registry.js';
import { payloadFault } from '../rules.js';
import type { FrameInput, RecordInput } from './input.js';
import { complete, MessageWriter } from './message.js';
import { refuse, refuseInput } from './refuse.js';
import { Sink } from './sink.js';
import { IdWriter, StringTable } from './tables.js';
import { isWhole } from './whole.js';

const MAX_UINT32 = 0xffffffff;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Collects records, and writes the body. */
export class BodyWriter {
  private readonly strings = new StringTable();
  private readonly traces = new IdWriter(16, 'BODY-007');
  private readonly spans = new IdWriter(8, 'BODY-008');
  private readonly payloads = new Sink(4096);
  private readonly messages = new MessageWriter(this.payloads, this.strings, 'PAYLOAD');
  // The columns, by field number.
  private readonly columns: number[][] = Array.from({ length: 15 }, () => []);
  private sequence: number;
  private time: number;
  private readonly last: number;

  constructor(private readonly input: FrameInput, private readonly metadata: Metadata, span: number) {
    this.sequence = input.baseSequence - 1;
    this.time = metadata.baseTimeUs;
    this.last = this.sequence + span;
  }

  add(record: RecordInput): void {
    if (typeof record !== 'object' || record === null) refuseInput('a record is no object');
    const c = this.columns;
    const { kind } = record;
    if (!isWhole(kind)) refuseInput('kind is no number');
    // WIRE-009, BODY-005.
    if (kind > MAX_UINT32) refuse('BODY_WIRE', 'WIRE-009');
    if (kind === 0) refuse('KIND_ZERO', 'BODY-005');
    c[2].push(kind);
    c[4].push(this.sequenceDelta(record.sequence ?? this.sequence + 1));
    c[3].push(this.timeDelta(record.timeUs));
    c[5].push(this.strings.ref(record.thread));
    c[6].push(this.strings.ref(record.node));
    c[7].push(this.parentDelta(record.parent));
    c[8].push(this.strings.ref(record.run));
    c[9].push(this.strings.ref(record.task));
    c[10].push(this.traceRef(record.traceId));
    c[12].push(record.spanId === undefined ? 0 : this.spans.ref(record.spanId));
    const before = this.payloads.length;
    this.payload(record);
    c[14].push(this.payloads.length - before);
  }

  private sequenceDelta(sequence: number): number {
    if (!isWhole(sequence)) refuseInput('sequence is no number');
    // JSON-004: numbers ascend.
    if (sequence <= this.sequence) refuse('INPUT', 'JSON-004');
    // BODY-011: past the range of the frame.
    if (sequence > this.last) refuse('SEQUENCE_DELTA', 'BODY-011');
    const delta = sequence - this.sequence;
    this.sequence = sequence;
    return delta;
  }

  private timeDelta(time: number): number {
    if (!isWhole(time)) refuseInput('time_us is no number');
    // BODY-012.
    if (time > MAX_SEQUENCE) refuse('TIME_RANGE', 'BODY-012');
    const delta = time - this.time;
    this.time = time;
    return delta;
  }

  private parentDelta(parent: number | undefined): number {
    if (parent === undefined) return 0;
    if (!isWhole(parent)) refuseInput('parent is no number');
    const delta = this.sequence - parent;
    if (delta <= 0 || delta > MAX_UINT32) refuseInput('parent is not a record before this one, or too far before it');
    // BODY-013: before number 1.
    if (parent === 0) refuse('PARENT_RANGE', 'BODY-013');
    return delta;
  }

  private traceRef(trace: Uint8Array | undefined): number {
    const usual = this.metadata.traceId;
    if (trace === undefined) {
      // JSON-003: the metadata's trace would become this record's.
      if (usual.length) refuse('INPUT', 'JSON-003');
      return 0;
    }
    return trace instanceof Uint8Array && trace.length === 16 && sameBytes(trace, usual) ? 0 : this.traces.ref(trace);
  }

  private payload(record: RecordInput): void {
    const { kind, payload, opaque } = record;
    const entry = KINDS[kind];
    // REC-024: only control records stand beside a redaction.
    if (this.metadata.redaction && !entry?.control) refuse('PAYLOAD', 'REC-024');
    if (!entry) return this.opaque(kind, payload, opaque);
    if (payload === undefined) refuseInput('a record of the registry has a payload');
    if (opaque !== undefined) refuseInput('a record of the registry has nothing opaque');
    const message = complete(entry.table, payload);
    this.messages.write(entry.table, message);
    const context = { sequence: this.sequence, epoch: this.input.epoch, redacted: this.metadata.redaction !== undefined };
    const fault = keyFault(message) ?? payloadFault(kind, message as unknown as Payload, context);
    if (fault) refuse('PAYLOAD', fault);
  }

  private opaque(kind: number, payload: unknown, opaque: Uint8Array | undefined): void {
    // REC-003: no reader of today would take it.
    if (kind % 2 === 0) refuse('UNKNOWN_CRITICAL_KIND', 'REC-003');
    if (payload !== undefined) refuseInput('a kind that is not in the registry has no payload that could be written');
    if (!(opaque instanceof Uint8Array)) refuseInput('a kind that is not in the registry has an opaque payload');
    this.payloads.raw(opaque);
  }

  /** Writes the body; columns of nothing but defaults are left out. */
  finish(): Uint8Array {
    const out = new Sink(this.payloads.length + 16 * this.columns[2].length + 1024);
    for (const text of this.strings.strings) {
      out.tag(1, 2);
      out.text(text);
    }
    for (let field = 2; field < 15; field++) {
      if (field === 11) this.ids(out, field, this.traces);
      else if (field === 13) this.ids(out, field, this.spans);
      else this.column(out, field, field === 4 ? 1 : 0);
    }
    if (this.payloads.length) {
      out.tag(15, 2);
      out.blob(this.payloads.written());
    }
    return out.written();
  }

  private column(out: Sink, field: number, usual: number): void {
    const values = this.columns[field];
    if (values.every((value) => value === usual)) return;
    out.tag(field, 2);
    out.delimited(() => values.forEach((value) => (field === 3 ? out.zigzag(value) : out.varint(value))));
  }

  private ids(out: Sink, field: number, table: IdWriter): void {
    if (table.ids.length === 0) return;
    out.tag(field, 2);
    out.delimited(() => table.ids.forEach((id) => out.raw(id)));
  }
}

/** REC-010: an attribute without a key, or with one that the list has already. */
function keyFault(message: Record<string, unknown>): string | undefined {
  const attributes = message.attributes as { key: string | undefined }[] | undefined;
  if (!attributes) return undefined;
  const keys = new Set(attributes.map((one) => one.key));
  return keys.has(undefined) || keys.size !== attributes.length ? 'REC-010' : undefined;
}

// Records, once their frame has passed (records.md).
import type { Body } from './body.js';
import type { Fault } from './errors.js';
import { KINDS, type KindEntry, type KnownKind, type Payload, type PayloadOf } from './generated/kinds.js';
import type { Metadata } from './generated/messages.js';
import { payloadFault } from './rules.js';
import { SCAN_FAILED } from './wire/scan.js';

/** One record of a frame. */
export class DashRecord {
  constructor(
    readonly sequence: number,
    readonly kind: number,
    /** Microseconds since 1970-01-01T00:00:00Z. */
    readonly timeUs: number,
    readonly thread: string | undefined,
    readonly node: string | undefined,
    readonly run: string | undefined,
    readonly task: string | undefined,
    /** Sequence number of the record that caused this one. */
    readonly parent: number | undefined,
    /** 16 bytes: the record's own trace, or the metadata's. A view that other records share. */
    readonly traceId: Uint8Array | undefined,
    /** 8 bytes; a view that other records share. */
    readonly spanId: Uint8Array | undefined,
    /** The payload of a known kind. Use `is` to see which it is. */
    readonly payload: Payload | undefined,
    /** The payload of an unknown kind that may be ignored, unread. */
    readonly opaque: Uint8Array | undefined,
    /** Why this record was rejected; it then has no payload. */
    readonly error: Fault | undefined,
  ) {}

  /** Whether the record has a payload of this kind; tells its type, too. */
  is<K extends KnownKind>(kind: K): this is DashRecord & { readonly kind: K; readonly payload: PayloadOf[K] } {
    return this.kind === kind && this.payload !== undefined;
  }
}

/** What became of one payload. */
interface Judged {
  payload: Payload | undefined;
  opaque: Uint8Array | undefined;
  error: Fault | undefined;
}

/** Makes the records of a body, each judged by itself (REC-001). */
export function makeRecords(body: Body, metadata: Metadata): DashRecord[] {
  const { kind, timeDelta, sequenceDelta, threadRef, nodeRef, runRef, taskRef, parentDelta, traceRef, spanRef, payloadLen } = body;
  const { strings, traceIds, spanIds } = body;
  const count = body.prelude.recordCount;
  const defaultTrace = metadata.traceId.length ? metadata.traceId : undefined;
  const judge = new Judge(body, metadata.redaction !== undefined);
  const records = new Array<DashRecord>(count);
  let sequence = body.prelude.baseSequence - 1;
  let time = body.baseTimeUs;
  for (let i = 0; i < count; i++) {
    sequence += sequenceDelta === undefined ? 1 : sequenceDelta[i];
    time += timeDelta[i];
    judge.next(i, kind[i], payloadLen[i], sequence);
    const delta = parentDelta[i], trace = traceRef[i], span = spanRef[i];
    records[i] = new DashRecord(
      sequence, kind[i], time, strings[threadRef[i]], strings[nodeRef[i]], strings[runRef[i]], strings[taskRef[i]],
      delta === 0 ? undefined : sequence - delta,
      trace === 0 ? defaultTrace : traceIds.get(trace),
      span === 0 ? undefined : spanIds.get(span),
      judge.payload, judge.opaque, judge.error,
    );
  }
  return records;
}

/** Judges the payloads of a body, one after another. */
class Judge implements Judged {
  payload: Payload | undefined;
  opaque: Uint8Array | undefined;
  error: Fault | undefined;
  private at: number;

  constructor(private readonly body: Body, private readonly redacted: boolean) {
    this.at = body.payloads;
  }

  next(index: number, kind: number, length: number, sequence: number): void {
    const start = this.at;
    const end = this.at = start + length;
    const entry = KINDS[kind];
    this.payload = this.opaque = this.error = undefined;
    // REC-024: what is not a control record has no place in a frame that takes the place of an erased one.
    if (this.redacted && !entry?.control) this.refuse(start, 'REC-024');
    else if (entry) this.read(entry, start, end, sequence);
    // REC-003: an even kind that is not known.
    else if (kind % 2 === 0) this.error = this.unknownKind(index);
    // REC-002: an odd kind that is not known is delivered unread.
    else this.opaque = this.body.bytes.subarray(start, end);
  }

  private unknownKind(index: number): Fault {
    return { code: 'UNKNOWN_CRITICAL_KIND', offset: this.body.kindAt(index), requirement: 'REC-003' };
  }

  private read(entry: KindEntry, start: number, end: number, sequence: number): void {
    const scan = this.body.scan;
    scan.begin(start);
    let payload: Payload;
    try {
      payload = entry.decode(scan, end);
    } catch (thrown) {
      if (thrown !== SCAN_FAILED) throw thrown;
      // REC-004: the scan fails.
      this.refuse(start, 'REC-004');
      return;
    }
    // REC-005 and REC-010 were found on the way; the rules of single messages follow.
    const context = { sequence, epoch: this.body.prelude.epoch, redacted: this.redacted };
    const broken = scan.fault || payloadFault(entry.kind, payload, context);
    if (broken) this.refuse(start, broken);
    else this.payload = payload;
  }

  /** REC-025: at the payload's first byte. (`start` is raw_len where there are no payloads.) */
  private refuse(start: number, requirement: string): void {
    this.error = { code: 'PAYLOAD', offset: start, requirement };
  }
}

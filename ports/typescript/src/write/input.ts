import type { PayloadOf } from '../generated/kinds.js';
import type { Metadata } from '../generated/messages.js';

/** A message of which every field may be left out: it then has its default. */
export type Input<T> = { readonly [K in keyof T]?: InputValue<T[K]> };
type InputValue<T> = T extends Uint8Array | string | number | boolean | null | undefined ? T
  : T extends readonly (infer E)[] ? readonly InputValue<E>[] : Input<T>;

interface Envelope {
  /** Absent: the number after the record before; for the first, base_sequence. */
  readonly sequence?: number;
  readonly timeUs: number;
  readonly thread?: string;
  readonly node?: string;
  readonly run?: string;
  readonly task?: string;
  /** Sequence number of the record that caused this one. */
  readonly parent?: number;
  /** 16 bytes. */
  readonly traceId?: Uint8Array;
  /** 8 bytes. */
  readonly spanId?: Uint8Array;
}

/** A record of a kind of the registry, with its payload. */
export type KnownRecordInput = {
  [K in keyof PayloadOf]: Envelope & { readonly kind: K; readonly payload: Input<PayloadOf[K]>; readonly opaque?: undefined }
}[keyof PayloadOf];

/** A record of a kind that the registry does not have, with its payload unread. */
export interface OpaqueRecordInput extends Envelope {
  readonly kind: number;
  readonly opaque: Uint8Array;
  readonly payload?: undefined;
}

export type RecordInput = KnownRecordInput | OpaqueRecordInput;

/** What a writer makes a frame of. Lengths, counts and checksums follow from it. */
export interface FrameInput {
  /** 16 bytes. */
  readonly producerId: Uint8Array;
  readonly baseSequence: number;
  readonly epoch: number;
  readonly lane?: number;
  /** Absent: GREASE, at random. Bits that are not assigned are written 0. */
  readonly ancillaryFlags?: number;
  readonly metadata: Input<Metadata>;
  readonly records: readonly RecordInput[];
}

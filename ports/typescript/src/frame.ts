// One frame, decoded whole (frame.md).
import { Body } from './body.js';
import { inflate } from './codec/inflate.js';
import { crc32c } from './crc32c.js';
import { DashStreamError } from './errors.js';
import type { Metadata } from './generated/messages.js';
import { readMetadata } from './metadata.js';
import { decodePrelude, frameLength, PRELUDE_LEN, type Prelude } from './prelude.js';
import { makeRecords, type DashRecord } from './records.js';

/** What the caller of a reader allows. Each limit is inclusive; without one there is no such check. */
export interface ReadOptions {
  /** Bytes of a whole frame. */
  readonly maxFrameLen?: number;
  /** Bytes of the decompressed body. */
  readonly maxRawLen?: number;
  readonly maxRecords?: number;
  /** The tenant that is expected. */
  readonly tenant?: string;
}

/** A frame that has passed every check. */
export interface Frame {
  readonly prelude: Prelude;
  readonly metadata: Metadata;
  readonly records: readonly DashRecord[];
}

/** A plain Uint8Array over the same bytes: a Buffer's own methods differ. Memory that others can write to is copied. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (typeof SharedArrayBuffer !== 'undefined' && bytes.buffer instanceof SharedArrayBuffer) return new Uint8Array(bytes);
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** FRM-001 to FRM-003. */
export function checkLimits(prelude: Prelude, options: ReadOptions): void {
  const { maxFrameLen, maxRawLen, maxRecords } = options;
  const refuse = (offset: number, requirement: string): never => {
    throw new DashStreamError('LOCAL_LIMIT', offset, requirement);
  };
  // FRM-001: a longer frame than the caller takes.
  if (maxFrameLen !== undefined && frameLength(prelude) > maxFrameLen) refuse(16, 'FRM-001');
  // FRM-002: a longer body.
  if (maxRawLen !== undefined && prelude.rawLen > maxRawLen) refuse(20, 'FRM-002');
  // FRM-003: more records.
  if (maxRecords !== undefined && prelude.recordCount > maxRecords) refuse(28, 'FRM-003');
}

/** Body, metadata and prelude of a frame, before its records are made. */
export interface OpenFrame {
  readonly prelude: Prelude;
  readonly metadata: Metadata;
  readonly body: Body;
}

/** Makes every check of scope frame. */
export function openFrame(input: Uint8Array, options: ReadOptions = {}): OpenFrame {
  const bytes = plainBytes(input);
  const prelude = decodePrelude(bytes);
  checkLimits(prelude, options);
  const length = frameLength(prelude);
  // FRM-004: fewer bytes than announced. FRM-005: more.
  if (bytes.length < length) throw new DashStreamError('TRUNCATED', bytes.length, 'FRM-004');
  if (bytes.length > length) throw new DashStreamError('TRAILING', length, 'FRM-005');
  const at = PRELUDE_LEN + prelude.metadataLen;
  // FRM-006: the metadata's CRC.
  if (crc32c(bytes, PRELUDE_LEN, at) !== prelude.metadataCrc) throw new DashStreamError('METADATA_CRC', 8, 'FRM-006');
  const metadata = readMetadata(bytes, PRELUDE_LEN, at, prelude.dropCount, options.tenant);
  // FRM-007: the body's CRC.
  if (crc32c(bytes, at, length) !== prelude.bodyCrc) throw new DashStreamError('BODY_CRC', 12, 'FRM-007');
  const raw = inflate(prelude.codec, bytes, at, length, prelude.rawLen);
  return { prelude, metadata, body: new Body(raw, prelude, metadata.baseTimeUs) };
}

/**
 * Decodes the bytes of exactly one frame, or throws a DashStreamError. `null` is a null value (KAF-001).
 *
 * Ids and fields of bytes are views of the input, or of the decompressed body: copy what is to outlive it.
 */
export function decodeFrame(input: Uint8Array | null, options: ReadOptions = {}): Frame {
  // KAF-001: no value at all.
  if (input === null) throw new DashStreamError('NULL_VALUE', 0, 'KAF-001');
  const { prelude, metadata, body } = openFrame(input, options);
  // FRM-008: no record is made before every check of the frame has passed.
  return { prelude, metadata, records: makeRecords(body, metadata) };
}

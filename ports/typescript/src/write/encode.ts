// The writer (writing.md, writer-input.md).
import { crc32c } from '../crc32c.js';
import type { Metadata } from '../generated/messages.js';
import {
  DEFAULT_MAX_FRAME_LEN, MAX_EPOCH, MAX_LANE, MAX_METADATA_LEN, MAX_RAW_LEN, MAX_RECORDS, MAX_SEQUENCE,
} from '../generated/registry.js';
import { MetadataTable } from '../generated/tables.js';
import { GREASE, MAGIC, preludeCrc, PRELUDE_LEN, SCHEMA, VERSION } from '../prelude.js';
import { metadataFault } from '../rules.js';
import { BodyWriter } from './body.js';
import { checkCodec, deflate, type CodecOptions } from './deflate.js';
import type { FrameInput } from './input.js';
import { complete, MessageWriter } from './message.js';
import { refuse, refuseInput } from './refuse.js';
import { Sink } from './sink.js';
import { StringTable } from './tables.js';
import { isWhole } from './whole.js';

export interface WriteOptions extends CodecOptions {
  /** The longest frame to make; absent: 1,000,000 bytes (WRT-004). */
  readonly maxFrameLen?: number;
}

const MAX_UINT32 = 0xffffffff;
const MAX_DROPS = 65535;

/** Makes a frame in the tidy form (WRT-003), or throws a DashStreamError. */
export function encodeFrame(input: FrameInput, options: WriteOptions = {}): Uint8Array {
  checkCodec(options);
  checkIdentity(input);
  const metadata = complete(MetadataTable, input.metadata) as unknown as Metadata;
  const drops = countDrops(metadata);
  const metadataBytes = writeMetadata(metadata, drops);
  const { records } = input;
  if (!Array.isArray(records)) refuseInput('records is no list');
  // PRE-017: no records, or more than there is room for.
  if (records.length === 0 || records.length > MAX_RECORDS) refuse('COUNT', 'PRE-017');
  const covered = records.length + drops;
  checkRange(input.baseSequence, covered);
  const writer = new BodyWriter(input, metadata, covered);
  for (const record of records) writer.add(record);
  const body = writer.finish();
  // PRE-014.
  if (body.length > MAX_RAW_LEN) refuse('RAW_LEN', 'PRE-014');
  const { codec, stored } = deflate(body, options);
  const length = PRELUDE_LEN + metadataBytes.length + stored.length;
  // WRT-004.
  if (length > (options.maxFrameLen ?? DEFAULT_MAX_FRAME_LEN)) refuse('LOCAL_LIMIT', 'WRT-004');
  const frame = new Uint8Array(length);
  frame.set(metadataBytes, PRELUDE_LEN);
  frame.set(stored, PRELUDE_LEN + metadataBytes.length);
  writePrelude(frame, input, { codec, drops, records: records.length, rawLen: body.length, metadataLen: metadataBytes.length });
  return frame;
}

function checkIdentity({ producerId, epoch, lane = 0, ancillaryFlags = 0 }: FrameInput): void {
  if (!(producerId instanceof Uint8Array) || producerId.length !== 16) refuseInput('producer_id does not have 16 bytes');
  if (!isWhole(epoch) || epoch > MAX_UINT32) refuseInput('epoch is no number of 32 bits');
  if (!isWhole(lane) || lane > MAX_UINT32) refuseInput('lane is no number of 32 bits');
  if (!isWhole(ancillaryFlags) || ancillaryFlags > 255) refuseInput('ancillary_flags is no byte');
  // PRE-021 to PRE-024.
  if (producerId.every((byte) => byte === 0)) refuse('IDENTITY', 'PRE-021');
  if (epoch === 0) refuse('IDENTITY', 'PRE-022');
  if (epoch > MAX_EPOCH) refuse('IDENTITY', 'PRE-023');
  if (lane > MAX_LANE) refuse('IDENTITY', 'PRE-024');
}

function checkRange(base: number, covered: number): void {
  if (!isWhole(base)) refuseInput('base_sequence is no number');
  // PRE-019, PRE-020.
  if (base === 0) refuse('SEQUENCE_RANGE', 'PRE-019');
  if (base > MAX_SEQUENCE - (covered - 1)) refuse('SEQUENCE_RANGE', 'PRE-020');
}

/** The sum of drop_reason_count, which drop_count is. */
function countDrops(metadata: Metadata): number {
  const drops = metadata.dropReasonCount.reduce((sum, count) => sum + count, 0);
  // META-009: there is no drop_count that it could be.
  if (drops > MAX_DROPS) refuse('METADATA_FIELD', 'META-009');
  return drops;
}

function writeMetadata(metadata: Metadata, drops: number): Uint8Array {
  const sink = new Sink();
  // Written first: it looks at the types, of which the rules make use.
  new MessageWriter(sink, new StringTable(), 'METADATA_WIRE').write(MetadataTable, metadata as unknown as Record<string, unknown>);
  const fault = metadataFault(metadata, drops);
  if (fault) refuse('METADATA_FIELD', fault.requirement);
  // PRE-010.
  if (sink.length > MAX_METADATA_LEN) refuse('METADATA_LEN', 'PRE-010');
  return sink.written();
}

interface Sizes {
  readonly codec: number;
  readonly drops: number;
  readonly records: number;
  readonly rawLen: number;
  readonly metadataLen: number;
}

/** WRT-002: version 1, schema 1, and no critical flags. */
function writePrelude(frame: Uint8Array, input: FrameInput, sizes: Sizes): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const bodyAt = PRELUDE_LEN + sizes.metadataLen;
  frame[0] = MAGIC;
  frame[1] = VERSION;
  frame[3] = ancillary(input.ancillaryFlags);
  view.setUint32(8, crc32c(frame, PRELUDE_LEN, bodyAt), true);
  view.setUint32(12, crc32c(frame, bodyAt), true);
  view.setUint32(16, frame.length - bodyAt, true);
  view.setUint32(20, sizes.rawLen, true);
  view.setUint16(24, sizes.metadataLen, true);
  frame[26] = sizes.codec;
  frame[27] = SCHEMA;
  view.setUint16(28, sizes.records, true);
  view.setUint16(30, sizes.drops, true);
  frame.set(input.producerId, 32);
  view.setUint32(48, input.baseSequence % 2 ** 32, true);
  view.setUint32(52, Math.floor(input.baseSequence / 2 ** 32), true);
  view.setUint32(56, input.epoch, true);
  view.setUint32(60, input.lane ?? 0, true);
  view.setUint32(4, preludeCrc(frame, 0), true);
}

/** PRE-027: bits that are not assigned are 0. PRE-028: GREASE at random, where the caller does not say. */
function ancillary(flags: number | undefined): number {
  if (flags !== undefined) return flags & GREASE;
  return Math.random() < 0.5 ? GREASE : 0;
}

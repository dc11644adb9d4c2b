import { crc32c } from './crc32c.js';
import { DashStreamError, type Fault } from './errors.js';
import {
  MAX_BODY_LEN, MAX_EPOCH, MAX_LANE, MAX_METADATA_LEN, MAX_RAW_LEN, MAX_SEQUENCE, type ErrorCode,
} from './generated/registry.js';

export const PRELUDE_LEN = 64;
export const MAGIC = 0xbe;
export const VERSION = 1;
export const SCHEMA = 1;

/** The ancillary flag that never gets a meaning. */
export const GREASE = 0x80;

const TWO_32 = 2 ** 32;

/** The first 64 bytes of a frame (prelude.md), with the names that the text gives them. */
export interface Prelude {
  readonly version: number;
  readonly criticalFlags: number;
  readonly ancillaryFlags: number;
  readonly metadataCrc: number;
  readonly bodyCrc: number;
  readonly bodyLen: number;
  readonly rawLen: number;
  readonly metadataLen: number;
  readonly codec: number;
  readonly schema: number;
  readonly recordCount: number;
  readonly dropCount: number;
  readonly producerId: Uint8Array;
  /** At least 2^53 where it is not exact; PRE-020 refuses that. */
  readonly baseSequence: number;
  readonly epoch: number;
  readonly lane: number;
}

type Check = readonly [code: ErrorCode, offset: number, requirement: string, fails: (p: Prelude) => boolean];

// What is new to this reader. (PRE-025: ancillary flags are not looked at.)
const SUPPORT: readonly Check[] = [
  ['VERSION', 1, 'PRE-005', (p) => p.version !== VERSION],
  ['CRITICAL_FLAG', 2, 'PRE-006', (p) => p.criticalFlags !== 0],
  ['SCHEMA', 27, 'PRE-007', (p) => p.schema === 0 || p.schema > SCHEMA],
  ['CODEC', 26, 'PRE-008', (p) => p.codec > 2],
];

const LENGTHS: readonly Check[] = [
  ['METADATA_LEN', 24, 'PRE-009', (p) => p.metadataLen === 0],
  ['METADATA_LEN', 24, 'PRE-010', (p) => p.metadataLen > MAX_METADATA_LEN],
  ['BODY_LEN', 16, 'PRE-011', (p) => p.bodyLen === 0],
  ['BODY_LEN', 16, 'PRE-012', (p) => p.bodyLen > MAX_BODY_LEN],
];

const RANGES: readonly Check[] = [
  ['RAW_LEN', 20, 'PRE-013', (p) => p.rawLen === 0],
  ['RAW_LEN', 20, 'PRE-014', (p) => p.rawLen > MAX_RAW_LEN],
  ['RAW_LEN', 20, 'PRE-015', (p) => p.codec === 0 && p.rawLen !== p.bodyLen],
  ['RAW_LEN', 20, 'PRE-016', (p) => p.codec !== 0 && p.bodyLen >= p.rawLen],
  ['COUNT', 28, 'PRE-017', (p) => p.recordCount === 0],
  ['COUNT', 28, 'PRE-018', (p) => p.recordCount + 2 > p.rawLen],
  ['SEQUENCE_RANGE', 48, 'PRE-019', (p) => p.baseSequence === 0],
  // Subtracted and not added, so that nothing is rounded.
  ['SEQUENCE_RANGE', 48, 'PRE-020', (p) => p.baseSequence > MAX_SEQUENCE - (span(p) - 1)],
  ['IDENTITY', 32, 'PRE-021', (p) => p.producerId.every((byte) => byte === 0)],
  ['IDENTITY', 56, 'PRE-022', (p) => p.epoch === 0],
  ['IDENTITY', 56, 'PRE-023', (p) => p.epoch > MAX_EPOCH],
  ['IDENTITY', 60, 'PRE-024', (p) => p.lane > MAX_LANE],
];

const ALL = [...SUPPORT, ...LENGTHS, ...RANGES];
const COUNTABLE = [...LENGTHS, ...RANGES];

/** How many sequence numbers a frame covers. */
export function span(p: Prelude): number {
  return p.recordCount + p.dropCount;
}

/** Bytes of the whole frame. */
export function frameLength(p: Prelude): number {
  return PRELUDE_LEN + p.metadataLen + p.bodyLen;
}

function first(checks: readonly Check[], p: Prelude): Fault | undefined {
  const found = checks.find((check) => check[3](p));
  return found && { code: found[0], offset: found[1], requirement: found[2] };
}

/** The first of PRE-001 to PRE-004 that fails for bytes [at, end). */
export function preludeFault(bytes: Uint8Array, at = 0, end = bytes.length): Fault | undefined {
  if (at >= end) return { code: 'EMPTY', offset: 0, requirement: 'PRE-001' };
  if (bytes[at] !== MAGIC) return { code: 'BAD_MAGIC', offset: 0, requirement: 'PRE-002' };
  if (end - at < PRELUDE_LEN) return { code: 'SHORT_PRELUDE', offset: end - at, requirement: 'PRE-003' };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, PRELUDE_LEN);
  // PRE-026: 0 is a CRC like any other.
  if (preludeCrc(bytes, at) !== view.getUint32(4, true)) return { code: 'PRELUDE_CRC', offset: 4, requirement: 'PRE-004' };
  return undefined;
}

/** CRC32C of bytes [0,4) and [8,64) of the prelude at `at`. */
export function preludeCrc(bytes: Uint8Array, at: number): number {
  return crc32c(bytes, at + 8, at + PRELUDE_LEN, crc32c(bytes, at, at + 4));
}

/** Reads the fields, once `preludeFault` has found nothing. */
export function readPrelude(bytes: Uint8Array, at = 0): Prelude {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, PRELUDE_LEN);
  const u16 = (i: number) => view.getUint16(i, true);
  const u32 = (i: number) => view.getUint32(i, true);
  return {
    version: bytes[at + 1],
    criticalFlags: bytes[at + 2],
    ancillaryFlags: bytes[at + 3],
    metadataCrc: u32(8),
    bodyCrc: u32(12),
    bodyLen: u32(16),
    rawLen: u32(20),
    metadataLen: u16(24),
    codec: bytes[at + 26],
    schema: bytes[at + 27],
    recordCount: u16(28),
    dropCount: u16(30),
    producerId: new Uint8Array(bytes.subarray(at + 32, at + 48)),
    baseSequence: u32(52) * TWO_32 + u32(48),
    epoch: u32(56),
    lane: u32(60),
  };
}

/** The first of PRE-005 to PRE-024 that fails. */
export function fieldFault(p: Prelude): Fault | undefined {
  return first(ALL, p);
}

/** The first of PRE-009 to PRE-012 that fails: whether the length of the frame can be believed. */
export function lengthFault(p: Prelude): Fault | undefined {
  return first(LENGTHS, p);
}

/** The prelude of a frame that a ledger may count, be it ever so new or damaged behind it (prelude.md). */
export function countablePrelude(bytes: Uint8Array): Prelude | undefined {
  if (preludeFault(bytes)) return undefined;
  const prelude = readPrelude(bytes);
  return first(COUNTABLE, prelude) ? undefined : prelude;
}

/** Makes checks PRE-001 to PRE-024, and gives the prelude. */
export function decodePrelude(bytes: Uint8Array): Prelude {
  const broken = preludeFault(bytes);
  if (broken) throw new DashStreamError(broken.code, broken.offset, broken.requirement);
  const prelude = readPrelude(bytes);
  const fault = fieldFault(prelude);
  if (fault) throw new DashStreamError(fault.code, fault.offset, fault.requirement);
  return prelude;
}

// The rules of metadata.md and records.md that are about values. Reader and writer share them.
import type * as m from './generated/messages.js';
import type { Payload } from './generated/kinds.js';
import {
  Kind, MAX_CONTEXTS, MAX_CONTEXT_LEN, MAX_DROP_REASONS, MAX_EPOCH, MAX_LANE, MAX_REDACTION_REASON_LEN, MAX_TENANT_LEN,
} from './generated/registry.js';
import { utf8Length } from './wire/utf8.js';

/** A broken rule of the metadata: the field, and which of its occurrences (counted from 0). */
export interface MetadataFault {
  readonly requirement: string;
  readonly field: number;
  readonly index: number;
}

const fault = (requirement: string, field: number, index = 0): MetadataFault => ({ requirement, field, index });

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** The first of META-001 to META-013 that the metadata breaks. */
export function metadataFault(metadata: m.Metadata, dropCount: number): MetadataFault | undefined {
  return identityFault(metadata) ?? dropFault(metadata, dropCount) ?? contextFault(metadata.contexts)
    ?? redactionFault(metadata.redaction);
}

function identityFault(metadata: m.Metadata): MetadataFault | undefined {
  const tenant = utf8Length(metadata.tenant);
  // META-001: no tenant. META-002: one that is too long.
  if (tenant === 0) return fault('META-001', 1);
  if (tenant > MAX_TENANT_LEN) return fault('META-002', 1);
  // META-003: 8 bytes.
  if (metadata.bootNonce.length !== 8) return fault('META-003', 2);
  // META-004: no trace, or 16 bytes that are not all zero.
  const trace = metadata.traceId;
  if (trace.length !== 0 && (trace.length !== 16 || isZero(trace))) return fault('META-004', 4);
  return undefined;
}

function dropFault(metadata: m.Metadata, dropCount: number): MetadataFault | undefined {
  const { dropReason, dropReasonCount } = metadata;
  // META-005: as many reasons as counts.
  if (dropReason.length !== dropReasonCount.length) return fault('META-005', 5);
  // META-006: at most 32.
  if (dropReason.length > MAX_DROP_REASONS) return fault('META-006', 5);
  // META-007: no reason is 0 or twice. META-015: it may be one that is not in the registry.
  if (dropReason.includes(0) || new Set(dropReason).size !== dropReason.length) return fault('META-007', 5);
  // META-008: no count is 0.
  if (dropReasonCount.includes(0)) return fault('META-008', 6);
  // META-009: the sum is drop_count. (32 numbers of 32 bits are exact in a double.)
  if (dropReasonCount.reduce((sum, count) => sum + count, 0) !== dropCount) return fault('META-009', 6);
  // META-010: the total is at least what this frame drops.
  if (metadata.droppedTotal < dropCount) return fault('META-010', 7);
  return undefined;
}

function contextFault(contexts: readonly m.Context[]): MetadataFault | undefined {
  // META-011: at most 16.
  if (contexts.length > MAX_CONTEXTS) return fault('META-011', 8, MAX_CONTEXTS);
  // META-012: some text in each, and none too long.
  const bad = contexts.findIndex((context) => {
    const lengths = [context.run, context.thread, context.node, context.task].map(utf8Length);
    return lengths.every((n) => n === 0) || lengths.some((n) => n > MAX_CONTEXT_LEN);
  });
  return bad < 0 ? undefined : fault('META-012', 8, bad);
}

function redactionFault(redaction: m.Redaction | undefined): MetadataFault | undefined {
  if (!redaction) return undefined;
  const length = utf8Length(redaction.reason);
  // META-013: a reason of 1 to 256 bytes.
  return length === 0 || length > MAX_REDACTION_REASON_LEN ? fault('META-013', 9) : undefined;
}

/** What the rules of a payload need to know of its record and frame. */
export interface RecordContext {
  readonly sequence: number;
  readonly epoch: number;
  readonly redacted: boolean;
}

/** The first of REC-011 to REC-023 that a payload of a known kind breaks. */
export function payloadFault(kind: number, payload: Payload, context: RecordContext): string | undefined {
  switch (kind) {
    case Kind.GRAPH_START: {
      const { parent } = payload as m.GraphStart;
      // REC-011: a RecordId that names no record.
      return parent && recordIdFails(parent) ? 'REC-011' : undefined;
    }
    case Kind.METRICS: return metricsFault(payload as m.Metrics);
    case Kind.STATE_DIFF: return stateDiffFault(payload as m.StateDiff);
    case Kind.STATE_SNAPSHOT: return snapshotFault(payload as m.StateSnapshot);
    case Kind.CHECKPOINT_MANIFEST: return manifestFault(payload as m.CheckpointManifest);
    // REC-018: a chunk of no generation.
    case Kind.CHECKPOINT_CHUNK: return (payload as m.CheckpointChunk).generation === 0 ? 'REC-018' : undefined;
    case Kind.EPOCH_START: return epochStartFault(payload as m.EpochStart, context);
    case Kind.LATE_DROPS: return lateDropsFault(payload as m.LateDrops, context);
    case Kind.LANE_END: return laneEndFault(payload as m.LaneEnd);
    // REC-023: an erased record in a frame that does not say so.
    case Kind.REDACTED: return context.redacted ? undefined : 'REC-023';
    default: return undefined;
  }
}

function recordIdFails(id: m.RecordId): boolean {
  return id.producerId.length !== 16 || isZero(id.producerId) || id.epoch === 0 || id.epoch > MAX_EPOCH
    || id.lane > MAX_LANE || id.sequence === 0;
}

function metricsFault(metrics: m.Metrics): string | undefined {
  const { intName, intValue, floatName, floatValue } = metrics;
  // REC-012: names and values run parallel.
  if (intName.length !== intValue.length || floatName.length !== floatValue.length) return 'REC-012';
  // REC-013: each has a name.
  return intName.includes(null) || floatName.includes(null) ? 'REC-013' : undefined;
}

function hashFails(hash: Uint8Array): boolean {
  return hash.length !== 0 && hash.length !== 32;
}

function stateDiffFault(diff: m.StateDiff): string | undefined {
  // REC-014: a hash of another length.
  if (hashFails(diff.baseHash) || hashFails(diff.resultHash)) return 'REC-014';
  // REC-015: an op that is none.
  return diff.ops.some(({ op }) => op < 1 || op > 6) ? 'REC-015' : undefined;
}

function snapshotFault(snapshot: m.StateSnapshot): string | undefined {
  if (hashFails(snapshot.hash)) return 'REC-014';
  // REC-016: a piece past the last; 0 counts as 1.
  return snapshot.chunkIndex >= Math.max(snapshot.chunkCount, 1) ? 'REC-016' : undefined;
}

function manifestFault(manifest: m.CheckpointManifest): string | undefined {
  // REC-017: a generation and chunks there are, the parent is older, the hash is one.
  return manifest.generation === 0 || manifest.chunkCount === 0 || manifest.parentGeneration >= manifest.generation
    || manifest.sha256.length !== 32 ? 'REC-017' : undefined;
}

function epochStartFault(start: m.EpochStart, context: RecordContext): string | undefined {
  // REC-019: it is the first record.
  if (context.sequence !== 1) return 'REC-019';
  const { previousEpoch, previousLastSequence } = start;
  // REC-020: an older epoch, and both numbers or none.
  return previousEpoch >= context.epoch || (previousEpoch === 0) !== (previousLastSequence === 0) ? 'REC-020' : undefined;
}

function lateDropsFault(drops: m.LateDrops, context: RecordContext): string | undefined {
  const { first, count, reason } = drops;
  // REC-021: a range that ends before the record itself. (Subtracted, so that nothing is rounded.)
  return first === 0 || count === 0 || reason === 0 || count > context.sequence - first ? 'REC-021' : undefined;
}

function laneEndFault(end: m.LaneEnd): string | undefined {
  // REC-022: a lane, and only where there is one.
  return end.nextLane > MAX_LANE || (!end.hasNext && end.nextLane !== 0) ? 'REC-022' : undefined;
}

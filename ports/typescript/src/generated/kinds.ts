// Made by scripts/generate.mjs from the schemas and registries of the specification. Not edited by hand.

import type { Scan } from '../wire/scan.js';
import type { MessageTable } from '../wire/table.js';
import * as t from './tables.js';
import * as m from './messages.js';

/** The payload of each kind. */
export interface PayloadOf {
  1: m.GraphStart;
  2: m.EpochStart;
  3: m.GraphEnd;
  4: m.EpochEnd;
  5: m.NodeStart;
  6: m.Heartbeat;
  7: m.NodeEnd;
  8: m.LaneEnd;
  9: m.Edge;
  10: m.LateDrops;
  11: m.TokenChunk;
  12: m.Redacted;
  13: m.LlmStart;
  15: m.LlmEnd;
  16: m.StateDiff;
  17: m.ToolCall;
  18: m.StateSnapshot;
  19: m.ToolResult;
  20: m.CheckpointManifest;
  21: m.Metrics;
  22: m.CheckpointChunk;
  23: m.ErrorReport;
  24: m.DeadLetter;
  25: m.ExecutionTrace;
  27: m.CheckpointEvent;
  29: m.MemoryEvent;
  31: m.HumanRequest;
  33: m.HumanResponse;
  35: m.Progress;
  37: m.Thinking;
  39: m.SubStep;
  41: m.Warning;
  43: m.Optimization;
  45: m.LegacyPayload;
}

/** A kind of the registry. */
export type KnownKind = keyof PayloadOf;

/** A payload of a kind of the registry. */
export type Payload = m.GraphStart | m.EpochStart | m.GraphEnd | m.EpochEnd | m.NodeStart | m.Heartbeat | m.NodeEnd | m.LaneEnd | m.Edge | m.LateDrops | m.TokenChunk | m.Redacted | m.LlmStart | m.LlmEnd | m.StateDiff | m.ToolCall | m.StateSnapshot | m.ToolResult | m.CheckpointManifest | m.Metrics | m.CheckpointChunk | m.ErrorReport | m.DeadLetter | m.ExecutionTrace | m.CheckpointEvent | m.MemoryEvent | m.HumanRequest | m.HumanResponse | m.Progress | m.Thinking | m.SubStep | m.Warning | m.Optimization | m.LegacyPayload;

export interface KindEntry {
  readonly kind: number;
  readonly control: boolean;
  readonly table: MessageTable;
  readonly decode: (s: Scan, end: number) => Payload;
}

/** By number; undefined where the registry has none. */
export const KINDS: readonly (KindEntry | undefined)[] = [
  undefined,
  { kind: 1, control: false, table: t.GraphStartTable, decode: m.decodeGraphStart },
  { kind: 2, control: true, table: t.EpochStartTable, decode: m.decodeEpochStart },
  { kind: 3, control: false, table: t.GraphEndTable, decode: m.decodeGraphEnd },
  { kind: 4, control: true, table: t.EpochEndTable, decode: m.decodeEpochEnd },
  { kind: 5, control: false, table: t.NodeStartTable, decode: m.decodeNodeStart },
  { kind: 6, control: true, table: t.HeartbeatTable, decode: m.decodeHeartbeat },
  { kind: 7, control: false, table: t.NodeEndTable, decode: m.decodeNodeEnd },
  { kind: 8, control: true, table: t.LaneEndTable, decode: m.decodeLaneEnd },
  { kind: 9, control: false, table: t.EdgeTable, decode: m.decodeEdge },
  { kind: 10, control: true, table: t.LateDropsTable, decode: m.decodeLateDrops },
  { kind: 11, control: false, table: t.TokenChunkTable, decode: m.decodeTokenChunk },
  { kind: 12, control: true, table: t.RedactedTable, decode: m.decodeRedacted },
  { kind: 13, control: false, table: t.LlmStartTable, decode: m.decodeLlmStart },
  undefined,
  { kind: 15, control: false, table: t.LlmEndTable, decode: m.decodeLlmEnd },
  { kind: 16, control: false, table: t.StateDiffTable, decode: m.decodeStateDiff },
  { kind: 17, control: false, table: t.ToolCallTable, decode: m.decodeToolCall },
  { kind: 18, control: false, table: t.StateSnapshotTable, decode: m.decodeStateSnapshot },
  { kind: 19, control: false, table: t.ToolResultTable, decode: m.decodeToolResult },
  { kind: 20, control: false, table: t.CheckpointManifestTable, decode: m.decodeCheckpointManifest },
  { kind: 21, control: false, table: t.MetricsTable, decode: m.decodeMetrics },
  { kind: 22, control: false, table: t.CheckpointChunkTable, decode: m.decodeCheckpointChunk },
  { kind: 23, control: false, table: t.ErrorReportTable, decode: m.decodeErrorReport },
  { kind: 24, control: false, table: t.DeadLetterTable, decode: m.decodeDeadLetter },
  { kind: 25, control: false, table: t.ExecutionTraceTable, decode: m.decodeExecutionTrace },
  undefined,
  { kind: 27, control: false, table: t.CheckpointEventTable, decode: m.decodeCheckpointEvent },
  undefined,
  { kind: 29, control: false, table: t.MemoryEventTable, decode: m.decodeMemoryEvent },
  undefined,
  { kind: 31, control: false, table: t.HumanRequestTable, decode: m.decodeHumanRequest },
  undefined,
  { kind: 33, control: false, table: t.HumanResponseTable, decode: m.decodeHumanResponse },
  undefined,
  { kind: 35, control: false, table: t.ProgressTable, decode: m.decodeProgress },
  undefined,
  { kind: 37, control: false, table: t.ThinkingTable, decode: m.decodeThinking },
  undefined,
  { kind: 39, control: false, table: t.SubStepTable, decode: m.decodeSubStep },
  undefined,
  { kind: 41, control: false, table: t.WarningTable, decode: m.decodeWarning },
  undefined,
  { kind: 43, control: false, table: t.OptimizationTable, decode: m.decodeOptimization },
  undefined,
  { kind: 45, control: false, table: t.LegacyPayloadTable, decode: m.decodeLegacyPayload },
];

// Made by scripts/generate.mjs from the schemas and registries of the specification. Not edited by hand.

import { NO_BYTES, NOTHING } from '../wire/nothing.js';
import type { Scan } from '../wire/scan.js';

/** A named text. Numbers belong in Metrics. */
export interface Attribute {
  /** Ref to the name. Not 0, and not twice in one list. */
  readonly key: string | undefined;
  /** Any text. */
  readonly value: string;
}

/** Scans one Attribute that ends at `end`, and makes it. */
export function decodeAttribute(s: Scan, end: number): Attribute {
  let seen = 0;
  let f1: string | undefined;
  let f2 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.key(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 6);
    }
  }
  s.attribute();
  return { key: f1, value: f2 };
}

/** The identity of a record, for references that a parent_delta cannot express. */
export interface RecordId {
  /** 16 bytes, not all zero. */
  readonly producerId: Uint8Array;
  /** 1..2^31-1. */
  readonly epoch: number;
  /** 0..2^31-1. */
  readonly lane: number;
  /** 1..2^53-1. */
  readonly sequence: number;
}

/** Scans one RecordId that ends at `end`, and makes it. */
export function decodeRecordId(s: Scan, end: number): RecordId {
  let seen = 0;
  let f1 = NO_BYTES;
  let f2 = 0;
  let f3 = 0;
  let f4 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        seen = s.once(seen, 2);
        f1 = s.bytes(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint32(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint64(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { producerId: f1, epoch: f2, lane: f3, sequence: f4 };
}

/** One place in an agent graph. At least one of the fields is not empty; each is at most 256 bytes. */
export interface Context {
  /** Run (one execution of a graph). */
  readonly run: string;
  /** Thread (conversation, session). */
  readonly thread: string;
  /** Graph node. */
  readonly node: string;
  /** Task (one scheduled execution of a node). */
  readonly task: string;
}

/** Scans one Context that ends at `end`, and makes it. */
export function decodeContext(s: Scan, end: number): Context {
  let seen = 0;
  let f1 = '';
  let f2 = '';
  let f3 = '';
  let f4 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        seen = s.once(seen, 2);
        f1 = s.string(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.string(end);
        break;
      case 34:
        seen = s.once(seen, 16);
        f4 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { run: f1, thread: f2, node: f3, task: f4 };
}

/** Why a frame takes the place of another. */
export interface Redaction {
  /** body_crc of the frame that was erased. */
  readonly originalBodyCrc: number;
  /** Why, for an auditor. 1..256 bytes. */
  readonly reason: string;
}

/** Scans one Redaction that ends at `end`, and makes it. */
export function decodeRedaction(s: Scan, end: number): Redaction {
  let seen = 0;
  let f1 = 0;
  let f2 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 13:
        seen = s.once(seen, 2);
        f1 = s.fixed32(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 6);
    }
  }
  return { originalBodyCrc: f1, reason: f2 };
}

/** Control passed along an edge. */
export interface Edge {
  /** Ref to the node that control came from. */
  readonly from: string | undefined;
  /** Nodes that were chosen. */
  readonly to: readonly (string | null)[];
  /** Name of the condition that chose them. */
  readonly condition: string | undefined;
}

/** Scans one Edge that ends at `end`, and makes it. */
export function decodeEdge(s: Scan, end: number): Edge {
  let seen = 0;
  let f1: string | undefined;
  let f2: (string | null)[] | undefined;
  let f3: string | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.refs(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.ref(end);
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { from: f1, to: f2 ?? NOTHING, condition: f3 };
}

/** A piece of a model's output. */
export interface TokenChunk {
  /** Ref to the caller's name of the request. 0: not said. */
  readonly request: string | undefined;
  /** Ref to the name of the model. 0: not said. */
  readonly model: string | undefined;
  /** Bytes, not a string: byte-level tokenizers split code points between tokens. */
  readonly text: Uint8Array;
  /** Position of the piece in the output, counted from 0. */
  readonly index: number;
  /** The last piece of this output. */
  readonly final: boolean;
}

/** Scans one TokenChunk that ends at `end`, and makes it. */
export function decodeTokenChunk(s: Scan, end: number): TokenChunk {
  let seen = 0;
  let f1: string | undefined;
  let f2: string | undefined;
  let f3 = NO_BYTES;
  let f4 = 0;
  let f5 = false;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.bytes(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint32(end);
        break;
      case 40:
        seen = s.once(seen, 32);
        f5 = s.bool(end);
        break;
      default:
        s.unknown(tag, end, 62);
    }
  }
  return { request: f1, model: f2, text: f3, index: f4, final: f5 };
}

/** A piece of a model's reasoning, where the provider shows it. */
export interface Thinking {
  /** Ref to the caller's name of the request. 0: not said. */
  readonly request: string | undefined;
  /** Ref to the name of the model. 0: not said. */
  readonly model: string | undefined;
  /** Bytes, for the reason given in TokenChunk. */
  readonly text: Uint8Array;
  /** Position of the piece, counted from 0. */
  readonly index: number;
  /** The last piece. */
  readonly final: boolean;
}

/** Scans one Thinking that ends at `end`, and makes it. */
export function decodeThinking(s: Scan, end: number): Thinking {
  let seen = 0;
  let f1: string | undefined;
  let f2: string | undefined;
  let f3 = NO_BYTES;
  let f4 = 0;
  let f5 = false;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.bytes(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint32(end);
        break;
      case 40:
        seen = s.once(seen, 32);
        f5 = s.bool(end);
        break;
      default:
        s.unknown(tag, end, 62);
    }
  }
  return { request: f1, model: f2, text: f3, index: f4, final: f5 };
}

/** Named numbers. Whole numbers and others are kept apart so that a count stays a count. */
export interface Metrics {
  /** Names of the whole numbers; runs parallel to int_value. No ref is 0. */
  readonly intName: readonly (string | null)[];
  /** The whole numbers, within +-(2^53 - 1). */
  readonly intValue: readonly number[];
  /** Names of the other numbers; runs parallel to float_value. No ref is 0. */
  readonly floatName: readonly (string | null)[];
  /** The other numbers; NaN and infinities are allowed. */
  readonly floatValue: readonly number[];
}

/** Scans one Metrics that ends at `end`, and makes it. */
export function decodeMetrics(s: Scan, end: number): Metrics {
  let seen = 0;
  let f1: (string | null)[] | undefined;
  let f2: number[] | undefined;
  let f3: (string | null)[] | undefined;
  let f4: number[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        seen = s.once(seen, 2);
        f1 = s.refs(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.sint64s(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.refs(end);
        break;
      case 34:
        seen = s.once(seen, 16);
        f4 = s.doubles(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { intName: f1 ?? NOTHING, intValue: f2 ?? NOTHING, floatName: f3 ?? NOTHING, floatValue: f4 ?? NOTHING };
}

/** One node of a run that has ended. */
export interface TraceStep {
  /** Ref to the name of the node. */
  readonly node: string | undefined;
  /** Microseconds since the start of the run. */
  readonly startUs: number;
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
}

/** Scans one TraceStep that ends at `end`, and makes it. */
export function decodeTraceStep(s: Scan, end: number): TraceStep {
  let seen = 0;
  let f1: string | undefined;
  let f2 = 0;
  let f3 = 0;
  let f4 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { node: f1, startUs: f2, durationUs: f3, status: f4 };
}

/** A checkpoint was saved, restored or deleted. */
export interface CheckpointEvent {
  /** 1 saved, 2 restored, 3 deleted; 0 not said; other values are passed through. */
  readonly action: number;
  /** Generation of the checkpoint. 0: not said. */
  readonly generation: number;
  /** Bytes of the state. */
  readonly size: number;
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
}

/** Scans one CheckpointEvent that ends at `end`, and makes it. */
export function decodeCheckpointEvent(s: Scan, end: number): CheckpointEvent {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3 = 0;
  let f4 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint64(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { action: f1, generation: f2, size: f3, durationUs: f4 };
}

/** A memory was read, written, deleted or searched. */
export interface MemoryEvent {
  /** 1 read, 2 written, 3 deleted, 4 searched; 0 not said; other values are passed through. */
  readonly operation: number;
  /** Ref to the name of the memory. */
  readonly store: string | undefined;
  /** Key or query. */
  readonly key: string;
  /** Items that were touched or found. */
  readonly count: number;
}

/** Scans one MemoryEvent that ends at `end`, and makes it. */
export function decodeMemoryEvent(s: Scan, end: number): MemoryEvent {
  let seen = 0;
  let f1 = 0;
  let f2: string | undefined;
  let f3 = '';
  let f4 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.string(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint64(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { operation: f1, store: f2, key: f3, count: f4 };
}

/** A human is asked. */
export interface HumanRequest {
  /** Ref to the caller's name of the request. 0: not said. */
  readonly request: string | undefined;
  /** What is asked. */
  readonly prompt: string;
  /** Answers to choose from; none: any answer. */
  readonly choices: readonly string[];
}

/** Scans one HumanRequest that ends at `end`, and makes it. */
export function decodeHumanRequest(s: Scan, end: number): HumanRequest {
  let seen = 0;
  let f1: string | undefined;
  let f2 = '';
  let f3: string[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      case 26:
        (f3 ??= []).push(s.string(end));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { request: f1, prompt: f2, choices: f3 ?? NOTHING };
}

/** A human has answered. */
export interface HumanResponse {
  /** Ref to the caller's name of the request. 0: not said. */
  readonly request: string | undefined;
  /** What was answered. */
  readonly response: string;
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
}

/** Scans one HumanResponse that ends at `end`, and makes it. */
export function decodeHumanResponse(s: Scan, end: number): HumanResponse {
  let seen = 0;
  let f1: string | undefined;
  let f2 = '';
  let f3 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { request: f1, response: f2, durationUs: f3 };
}

/** How far a task has come. */
export interface Progress {
  /** Units of work that are done. */
  readonly done: number;
  /** Units of work in all. 0: not known. */
  readonly total: number;
  /** What is being done, in words. */
  readonly message: string;
}

/** Scans one Progress that ends at `end`, and makes it. */
export function decodeProgress(s: Scan, end: number): Progress {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { done: f1, total: f2, message: f3 };
}

/** A step inside a node. */
export interface SubStep {
  /** Ref to the name of the step. */
  readonly name: string | undefined;
  /** Position of the step in its node, counted from 0. */
  readonly index: number;
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
}

/** Scans one SubStep that ends at `end`, and makes it. */
export function decodeSubStep(s: Scan, end: number): SubStep {
  let seen = 0;
  let f1: string | undefined;
  let f2 = 0;
  let f3 = 0;
  let f4 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { name: f1, index: f2, durationUs: f3, status: f4 };
}

/** A setting was tuned. */
export interface Optimization {
  /** Ref to the name of the setting. */
  readonly name: string | undefined;
  /** Value before. */
  readonly before: number;
  /** Value after. */
  readonly after: number;
  /** Why, in words. */
  readonly detail: string;
}

/** Scans one Optimization that ends at `end`, and makes it. */
export function decodeOptimization(s: Scan, end: number): Optimization {
  let seen = 0;
  let f1: string | undefined;
  let f2 = 0;
  let f3 = 0;
  let f4 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 17:
        seen = s.once(seen, 4);
        f2 = s.double(end);
        break;
      case 25:
        seen = s.once(seen, 8);
        f3 = s.double(end);
        break;
      case 34:
        seen = s.once(seen, 16);
        f4 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { name: f1, before: f2, after: f3, detail: f4 };
}

/** One operation of a JSON Patch. */
export interface PatchOp {
  /** 1 add, 2 remove, 3 replace, 4 move, 5 copy, 6 test. */
  readonly op: number;
  /** Ref to a JSON Pointer (RFC 6901). 0: the whole document. */
  readonly path: string | undefined;
  /** Ref to the source of a move or copy. 0: the whole document. */
  readonly from: string | undefined;
  /** The value as JSON text, for add, replace and test. */
  readonly value: string;
}

/** Scans one PatchOp that ends at `end`, and makes it. */
export function decodePatchOp(s: Scan, end: number): PatchOp {
  let seen = 0;
  let f1 = 0;
  let f2: string | undefined;
  let f3: string | undefined;
  let f4 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.ref(end);
        break;
      case 34:
        seen = s.once(seen, 16);
        f4 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { op: f1, path: f2, from: f3, value: f4 };
}

/** A full state, or a piece of one. */
export interface StateSnapshot {
  /** SHA-256 of the whole state, in canonical form. Empty, or 32 bytes. */
  readonly hash: Uint8Array;
  /** The state as JSON text, or the piece of that text at chunk_index. A piece may split a code point. */
  readonly text: Uint8Array;
  /** 0-based, below chunk_count. */
  readonly chunkIndex: number;
  /** 0 and 1 both mean that the state is whole. */
  readonly chunkCount: number;
}

/** Scans one StateSnapshot that ends at `end`, and makes it. */
export function decodeStateSnapshot(s: Scan, end: number): StateSnapshot {
  let seen = 0;
  let f1 = NO_BYTES;
  let f2 = NO_BYTES;
  let f3 = 0;
  let f4 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        seen = s.once(seen, 2);
        f1 = s.bytes(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.bytes(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint32(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { hash: f1, text: f2, chunkIndex: f3, chunkCount: f4 };
}

/** A piece of a checkpoint's state. */
export interface CheckpointChunk {
  /** Generation of the checkpoint, >= 1. */
  readonly generation: number;
  /** 0-based. */
  readonly index: number;
  /** Bytes of the state from where the chunk before ended. */
  readonly data: Uint8Array;
}

/** Scans one CheckpointChunk that ends at `end`, and makes it. */
export function decodeCheckpointChunk(s: Scan, end: number): CheckpointChunk {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3 = NO_BYTES;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.bytes(end);
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { generation: f1, index: f2, data: f3 };
}

/** First record of every (epoch, lane). */
export interface EpochStart {
  /** The last epoch in which this lane carried records. 0: none. */
  readonly previousEpoch: number;
  /** The last sequence number of this lane in that epoch that a sealed frame covers. 0 exactly when previous_epoch is 0. */
  readonly previousLastSequence: number;
}

/** Scans one EpochStart that ends at `end`, and makes it. */
export function decodeEpochStart(s: Scan, end: number): EpochStart {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      default:
        s.unknown(tag, end, 6);
    }
  }
  return { previousEpoch: f1, previousLastSequence: f2 };
}

/** Last record of an (epoch, lane): nothing follows it. */
export interface EpochEnd {
  /** Why, for a reader: 0 not said, 1 shutdown, 2 lane moved. */
  readonly reason: number;
}

/** Scans one EpochEnd that ends at `end`, and makes it. */
export function decodeEpochEnd(s: Scan, end: number): EpochEnd {
  let seen = 0;
  let f1 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 2);
    }
  }
  return { reason: f1 };
}

/** Nothing else to say; shows what was assigned before it. */
export interface Heartbeat {
  /** Microseconds until the next one is due. 0: not said. */
  readonly intervalUs: number;
}

/** Scans one Heartbeat that ends at `end`, and makes it. */
export function decodeHeartbeat(s: Scan, end: number): Heartbeat {
  let seen = 0;
  let f1 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      default:
        s.unknown(tag, end, 2);
    }
  }
  return { intervalUs: f1 };
}

/** The lane is finished for good. */
export interface LaneEnd {
  /** The lane that carries on, where there is one. Meaningful when has_next is true. */
  readonly nextLane: number;
  /** Whether next_lane is said: lane 0 is a lane like any other. */
  readonly hasNext: boolean;
}

/** Scans one LaneEnd that ends at `end`, and makes it. */
export function decodeLaneEnd(s: Scan, end: number): LaneEnd {
  let seen = 0;
  let f1 = 0;
  let f2 = false;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.bool(end);
        break;
      default:
        s.unknown(tag, end, 6);
    }
  }
  return { nextLane: f1, hasNext: f2 };
}

/** Sequence numbers that were assigned and are now known to have been dropped unsent. */
export interface LateDrops {
  /** First number of the range, >= 1. */
  readonly first: number;
  /** Numbers in the range, >= 1. The range ends before the record's own number. */
  readonly count: number;
  /** From the registry of drop reasons, >= 1. */
  readonly reason: number;
}

/** Scans one LateDrops that ends at `end`, and makes it. */
export function decodeLateDrops(s: Scan, end: number): LateDrops {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { first: f1, count: f2, reason: f3 };
}

/** Stands where an erased record stood. */
export interface Redacted {
  /** Kind of the erased record. 0: not said. */
  readonly originalKind: number;
}

/** Scans one Redacted that ends at `end`, and makes it. */
export function decodeRedacted(s: Scan, end: number): Redacted {
  let seen = 0;
  let f1 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 2);
    }
  }
  return { originalKind: f1 };
}

/** A frame, or one record of it, that could not be processed. */
export interface DeadLetter {
  /** Ref to the topic, or the name of the file, that it was read from. */
  readonly sourceTopic: string | undefined;
  /** Partition of that topic. */
  readonly sourcePartition: number;
  /** Offset in that partition, or the byte in the file, 0..2^53-1. */
  readonly sourceOffset: number;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly sourceTimeUs: number;
  /** Consumer group that gave up. */
  readonly group: string | undefined;
  /** Where it failed, in the consumer's word. */
  readonly stage: string | undefined;
  /** Number of the code in the registry of errors. */
  readonly errorCode: number;
  /** Offset of the error; the code says from where it counts. 0..2^53-1. */
  readonly errorOffset: number;
  /** Tries so far. */
  readonly attempt: number;
  /** Time of the first failure, in microseconds since 1970-01-01T00:00:00Z. */
  readonly firstFailureUs: number;
  /** Time of the last failure, in microseconds since 1970-01-01T00:00:00Z. */
  readonly lastFailureUs: number;
  /** The whole message as it was received. */
  readonly frame: Uint8Array;
  /** 1-based index of the failed record in the frame. 0: the frame itself failed. */
  readonly recordIndex: number;
  /** W3C traceparent of the failure. */
  readonly traceparent: string;
  /** How often it has been sent again. */
  readonly replayCount: number;
}

/** Scans one DeadLetter that ends at `end`, and makes it. */
export function decodeDeadLetter(s: Scan, end: number): DeadLetter {
  let seen = 0;
  let f1: string | undefined;
  let f2 = 0;
  let f3 = 0;
  let f4 = 0;
  let f5: string | undefined;
  let f6: string | undefined;
  let f7 = 0;
  let f8 = 0;
  let f9 = 0;
  let f10 = 0;
  let f11 = 0;
  let f12 = NO_BYTES;
  let f13 = 0;
  let f14 = '';
  let f15 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint64(end);
        break;
      case 40:
        seen = s.once(seen, 32);
        f5 = s.ref(end);
        break;
      case 48:
        seen = s.once(seen, 64);
        f6 = s.ref(end);
        break;
      case 56:
        seen = s.once(seen, 128);
        f7 = s.uint32(end);
        break;
      case 64:
        seen = s.once(seen, 256);
        f8 = s.uint64(end);
        break;
      case 72:
        seen = s.once(seen, 512);
        f9 = s.uint32(end);
        break;
      case 80:
        seen = s.once(seen, 1024);
        f10 = s.uint64(end);
        break;
      case 88:
        seen = s.once(seen, 2048);
        f11 = s.uint64(end);
        break;
      case 98:
        seen = s.once(seen, 4096);
        f12 = s.bytes(end);
        break;
      case 104:
        seen = s.once(seen, 8192);
        f13 = s.uint32(end);
        break;
      case 114:
        seen = s.once(seen, 16384);
        f14 = s.string(end);
        break;
      case 120:
        seen = s.once(seen, 32768);
        f15 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 65534);
    }
  }
  return { sourceTopic: f1, sourcePartition: f2, sourceOffset: f3, sourceTimeUs: f4, group: f5, stage: f6, errorCode: f7, errorOffset: f8, attempt: f9, firstFailureUs: f10, lastFailureUs: f11, frame: f12, recordIndex: f13, traceparent: f14, replayCount: f15 };
}

/** A message of a format that came before this one, unread. */
export interface LegacyPayload {
  /** The bytes as they were found, the prefix byte included. */
  readonly frame: Uint8Array;
  /** Where they were found. */
  readonly source: string;
}

/** Scans one LegacyPayload that ends at `end`, and makes it. */
export function decodeLegacyPayload(s: Scan, end: number): LegacyPayload {
  let seen = 0;
  let f1 = NO_BYTES;
  let f2 = '';
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        seen = s.once(seen, 2);
        f1 = s.bytes(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      default:
        s.unknown(tag, end, 6);
    }
  }
  return { frame: f1, source: f2 };
}

/** What is known of a frame without its body. */
export interface Metadata {
  /** Owner of every record in the frame. 1..255 bytes of UTF-8. Required. */
  readonly tenant: string;
  /** Drawn at random each time the producer opens its state. Exactly 8 bytes. Required. Two nonces under one (producer_id, epoch) prove a copied state file. */
  readonly bootNonce: Uint8Array;
  /** Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted. 0..2^53-1. The first record's time_delta_us counts from here. */
  readonly baseTimeUs: number;
  /** Trace of every record that names none of its own. Empty, or 16 bytes that are not all zero (W3C). */
  readonly traceId: Uint8Array;
  /** Why records in this frame's range were dropped before sending: numbers from the registry of drop reasons, each >= 1 and at most once. At most 32. Runs parallel to drop_reason_count. */
  readonly dropReason: readonly number[];
  /** How many records fell to each reason, each >= 1. The sum equals the prelude's drop_count. */
  readonly dropReasonCount: readonly number[];
  /** Records dropped in this epoch and lane since sequence number 1, this frame included. At least the prelude's drop_count. A diagnostic: the ledger does not use it. */
  readonly droppedTotal: number;
  /** Runs, threads, nodes and tasks that have records in this frame, so that the frame can be attributed when its body is unreadable. At most 16. */
  readonly contexts: readonly Context[];
  /** Present only in a frame that takes the place of one that had to be erased. */
  readonly redaction: Redaction | undefined;
}

/** Scans one Metadata that ends at `end`, and makes it. */
export function decodeMetadata(s: Scan, end: number): Metadata {
  let seen = 0;
  let f1 = '';
  let f2 = NO_BYTES;
  let f3 = 0;
  let f4 = NO_BYTES;
  let f5: number[] | undefined;
  let f6: number[] | undefined;
  let f7 = 0;
  let f8: Context[] | undefined;
  let f9: Redaction | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        s.note(1);
        seen = s.once(seen, 2);
        f1 = s.string(end);
        break;
      case 18:
        s.note(2);
        seen = s.once(seen, 4);
        f2 = s.bytes(end);
        break;
      case 24:
        s.note(3);
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      case 34:
        s.note(4);
        seen = s.once(seen, 16);
        f4 = s.bytes(end);
        break;
      case 42:
        s.note(5);
        seen = s.once(seen, 32);
        f5 = s.uint32s(end);
        break;
      case 50:
        s.note(6);
        seen = s.once(seen, 64);
        f6 = s.uint32s(end);
        break;
      case 56:
        s.note(7);
        seen = s.once(seen, 128);
        f7 = s.uint64(end);
        break;
      case 66:
        s.note(8);
        (f8 ??= []).push(decodeContext(s, s.open(end)));
        break;
      case 74:
        s.note(9);
        seen = s.once(seen, 512);
        f9 = decodeRedaction(s, s.open(end));
        break;
      default:
        s.unknown(tag, end, 1022);
    }
  }
  return { tenant: f1, bootNonce: f2, baseTimeUs: f3, traceId: f4, dropReason: f5 ?? NOTHING, dropReasonCount: f6 ?? NOTHING, droppedTotal: f7, contexts: f8 ?? NOTHING, redaction: f9 };
}

/** A run of a graph begins. */
export interface GraphStart {
  /** Name of the graph. */
  readonly graph: string | undefined;
  /** The record that caused the run, where it is in another lane, epoch or producer. */
  readonly parent: RecordId | undefined;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one GraphStart that ends at `end`, and makes it. */
export function decodeGraphStart(s: Scan, end: number): GraphStart {
  let seen = 0;
  let f1: string | undefined;
  let f2: RecordId | undefined;
  let f3: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = decodeRecordId(s, s.open(end));
        break;
      case 26:
        (f3 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { graph: f1, parent: f2, attributes: f3 ?? NOTHING };
}

/** A run of a graph ends. */
export interface GraphEnd {
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one GraphEnd that ends at `end`, and makes it. */
export function decodeGraphEnd(s: Scan, end: number): GraphEnd {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 26:
        (f3 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { durationUs: f1, status: f2, attributes: f3 ?? NOTHING };
}

/** A node begins. */
export interface NodeStart {
  /** 1 for the first try; 0 not said. */
  readonly attempt: number;
  /** Superstep of the graph, counted from 0. */
  readonly step: number;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one NodeStart that ends at `end`, and makes it. */
export function decodeNodeStart(s: Scan, end: number): NodeStart {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint32(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 26:
        (f3 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { attempt: f1, step: f2, attributes: f3 ?? NOTHING };
}

/** A node ends. */
export interface NodeEnd {
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one NodeEnd that ends at `end`, and makes it. */
export function decodeNodeEnd(s: Scan, end: number): NodeEnd {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint32(end);
        break;
      case 26:
        (f3 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { durationUs: f1, status: f2, attributes: f3 ?? NOTHING };
}

/** A request to a language model begins. */
export interface LlmStart {
  /** Ref to the caller's name of the request. 0: not said. */
  readonly request: string | undefined;
  /** Ref to the name of the model. 0: not said. */
  readonly model: string | undefined;
  /** Ref to the name of the provider. 0: not said. */
  readonly provider: string | undefined;
  /** The request as JSON text. */
  readonly input: string;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one LlmStart that ends at `end`, and makes it. */
export function decodeLlmStart(s: Scan, end: number): LlmStart {
  let seen = 0;
  let f1: string | undefined;
  let f2: string | undefined;
  let f3: string | undefined;
  let f4 = '';
  let f5: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.ref(end);
        break;
      case 34:
        seen = s.once(seen, 16);
        f4 = s.string(end);
        break;
      case 42:
        (f5 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 62);
    }
  }
  return { request: f1, model: f2, provider: f3, input: f4, attributes: f5 ?? NOTHING };
}

/** A request to a language model ends. */
export interface LlmEnd {
  /** Ref to the caller's name of the request. 0: not said. */
  readonly request: string | undefined;
  /** Ref to the name of the model. 0: not said. */
  readonly model: string | undefined;
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
  /** Why the model stopped, in the provider's word. */
  readonly finishReason: string | undefined;
  /** Tokens of the input, as the provider counts them. 0..2^53-1. */
  readonly inputTokens: number;
  /** Tokens of the output, as the provider counts them. 0..2^53-1. */
  readonly outputTokens: number;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one LlmEnd that ends at `end`, and makes it. */
export function decodeLlmEnd(s: Scan, end: number): LlmEnd {
  let seen = 0;
  let f1: string | undefined;
  let f2: string | undefined;
  let f3 = 0;
  let f4 = 0;
  let f5: string | undefined;
  let f6 = 0;
  let f7 = 0;
  let f8: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint64(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint32(end);
        break;
      case 40:
        seen = s.once(seen, 32);
        f5 = s.ref(end);
        break;
      case 48:
        seen = s.once(seen, 64);
        f6 = s.uint64(end);
        break;
      case 56:
        seen = s.once(seen, 128);
        f7 = s.uint64(end);
        break;
      case 66:
        (f8 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 510);
    }
  }
  return { request: f1, model: f2, durationUs: f3, status: f4, finishReason: f5, inputTokens: f6, outputTokens: f7, attributes: f8 ?? NOTHING };
}

/** A tool is called. */
export interface ToolCall {
  /** Ref to the caller's name of the call. 0: not said. */
  readonly call: string | undefined;
  /** Ref to the name of the tool. 0: not said. */
  readonly tool: string | undefined;
  /** Arguments as text, mostly JSON. */
  readonly arguments: string;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one ToolCall that ends at `end`, and makes it. */
export function decodeToolCall(s: Scan, end: number): ToolCall {
  let seen = 0;
  let f1: string | undefined;
  let f2: string | undefined;
  let f3 = '';
  let f4: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.string(end);
        break;
      case 34:
        (f4 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 30);
    }
  }
  return { call: f1, tool: f2, arguments: f3, attributes: f4 ?? NOTHING };
}

/** A tool has answered. */
export interface ToolResult {
  /** Ref to the caller's name of the call. 0: not said. */
  readonly call: string | undefined;
  /** Ref to the name of the tool. 0: not said. */
  readonly tool: string | undefined;
  /** Result as text, mostly JSON. */
  readonly result: string;
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one ToolResult that ends at `end`, and makes it. */
export function decodeToolResult(s: Scan, end: number): ToolResult {
  let seen = 0;
  let f1: string | undefined;
  let f2: string | undefined;
  let f3 = '';
  let f4 = 0;
  let f5 = 0;
  let f6: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.ref(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.string(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint64(end);
        break;
      case 40:
        seen = s.once(seen, 32);
        f5 = s.uint32(end);
        break;
      case 50:
        (f6 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 126);
    }
  }
  return { call: f1, tool: f2, result: f3, durationUs: f4, status: f5, attributes: f6 ?? NOTHING };
}

/** Something failed. */
export interface ErrorReport {
  /** Kind of failure, as the program names it. */
  readonly type: string | undefined;
  /** What failed, in words. */
  readonly message: string;
  /** Where it failed, as the program's language prints it. */
  readonly stack: string;
  /** Worth another try. */
  readonly retryable: boolean;
  /** 1 for the first try; 0 not said. */
  readonly attempt: number;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one ErrorReport that ends at `end`, and makes it. */
export function decodeErrorReport(s: Scan, end: number): ErrorReport {
  let seen = 0;
  let f1: string | undefined;
  let f2 = '';
  let f3 = '';
  let f4 = false;
  let f5 = 0;
  let f6: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      case 26:
        seen = s.once(seen, 8);
        f3 = s.string(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.bool(end);
        break;
      case 40:
        seen = s.once(seen, 32);
        f5 = s.uint32(end);
        break;
      case 50:
        (f6 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 126);
    }
  }
  return { type: f1, message: f2, stack: f3, retryable: f4, attempt: f5, attributes: f6 ?? NOTHING };
}

/** Something is doubtful. */
export interface Warning {
  /** Ref to the kind of warning, as the program names it. */
  readonly code: string | undefined;
  /** What is doubtful, in words. */
  readonly message: string;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one Warning that ends at `end`, and makes it. */
export function decodeWarning(s: Scan, end: number): Warning {
  let seen = 0;
  let f1: string | undefined;
  let f2 = '';
  let f3: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.ref(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.string(end);
        break;
      case 26:
        (f3 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { code: f1, message: f2, attributes: f3 ?? NOTHING };
}

/** Summary of a run that has ended. */
export interface ExecutionTrace {
  /** Nodes in the order in which they began. */
  readonly steps: readonly TraceStep[];
  /** How long it took, in microseconds, 0..2^53-1. */
  readonly durationUs: number;
  /** How it ended, by the list at the head of this file. */
  readonly status: number;
}

/** Scans one ExecutionTrace that ends at `end`, and makes it. */
export function decodeExecutionTrace(s: Scan, end: number): ExecutionTrace {
  let seen = 0;
  let f1: TraceStep[] | undefined;
  let f2 = 0;
  let f3 = 0;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        (f1 ??= []).push(decodeTraceStep(s, s.open(end)));
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint32(end);
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { steps: f1 ?? NOTHING, durationUs: f2, status: f3 };
}

/** A JSON Patch (RFC 6902) from one state of the record's thread to the next. */
export interface StateDiff {
  /** SHA-256 of the state before, in canonical form (RFC 8785). Empty, or 32 bytes. */
  readonly baseHash: Uint8Array;
  /** SHA-256 of the state after, in canonical form. Empty, or 32 bytes. */
  readonly resultHash: Uint8Array;
  /** The operations, in the order in which they are applied. */
  readonly ops: readonly PatchOp[];
}

/** Scans one StateDiff that ends at `end`, and makes it. */
export function decodeStateDiff(s: Scan, end: number): StateDiff {
  let seen = 0;
  let f1 = NO_BYTES;
  let f2 = NO_BYTES;
  let f3: PatchOp[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 10:
        seen = s.once(seen, 2);
        f1 = s.bytes(end);
        break;
      case 18:
        seen = s.once(seen, 4);
        f2 = s.bytes(end);
        break;
      case 26:
        (f3 ??= []).push(decodePatchOp(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 14);
    }
  }
  return { baseHash: f1, resultHash: f2, ops: f3 ?? NOTHING };
}

/** Describes a checkpoint whose chunks are in CheckpointChunk records of the same lane and epoch. */
export interface CheckpointManifest {
  /** Counter of the thread's checkpoints, >= 1. */
  readonly generation: number;
  /** Generation that this one follows. 0: none. */
  readonly parentGeneration: number;
  /** >= 1. */
  readonly chunkCount: number;
  /** Bytes of the whole state. */
  readonly totalLen: number;
  /** SHA-256 of the whole state. 32 bytes. */
  readonly sha256: Uint8Array;
  /** Media type of the state. */
  readonly contentType: string | undefined;
  /** Further named texts. */
  readonly attributes: readonly Attribute[];
}

/** Scans one CheckpointManifest that ends at `end`, and makes it. */
export function decodeCheckpointManifest(s: Scan, end: number): CheckpointManifest {
  let seen = 0;
  let f1 = 0;
  let f2 = 0;
  let f3 = 0;
  let f4 = 0;
  let f5 = NO_BYTES;
  let f6: string | undefined;
  let f7: Attribute[] | undefined;
  while (s.pos < end) {
    const tag = s.tag(end);
    switch (tag) {
      case 8:
        seen = s.once(seen, 2);
        f1 = s.uint64(end);
        break;
      case 16:
        seen = s.once(seen, 4);
        f2 = s.uint64(end);
        break;
      case 24:
        seen = s.once(seen, 8);
        f3 = s.uint32(end);
        break;
      case 32:
        seen = s.once(seen, 16);
        f4 = s.uint64(end);
        break;
      case 42:
        seen = s.once(seen, 32);
        f5 = s.bytes(end);
        break;
      case 48:
        seen = s.once(seen, 64);
        f6 = s.ref(end);
        break;
      case 58:
        (f7 ??= []).push(decodeAttribute(s, s.open(end)));
        break;
      default:
        s.unknown(tag, end, 254);
    }
  }
  return { generation: f1, parentGeneration: f2, chunkCount: f3, totalLen: f4, sha256: f5, contentType: f6, attributes: f7 ?? NOTHING };
}

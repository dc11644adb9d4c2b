// What the page asks the engine, and what it gets.
import type { FrameParts } from '../annotate/frame.js';
import type { Section } from '../annotate/item.js';
import type { AccountReport, EndVerdict, Fault, LedgerVerdict, ReadOptions } from '../port.js';

/** Bytes that were pasted, dropped or chosen; `null` is a null value. */
export interface Given {
  readonly name: string;
  readonly bytes: Uint8Array | null;
}

/** One finding, in the order of the input. */
export interface Part {
  readonly input: number;
  readonly what: 'frame' | 'header' | 'skipped' | 'tail' | 'refused';
  /** Bytes [start, end) of the input. */
  readonly start: number;
  readonly end: number;
  /** Where the frame begins, behind its marker. */
  readonly frameAt: number;
  /** Why the frame was rejected, the range skipped, the file refused. */
  readonly fault?: Fault;
  readonly records: number;
  readonly rejectedRecords: number;
  /** The numbers that the frame covers, where that could be told. */
  readonly range?: string;
  /** What the ledger said of it. */
  readonly ledger: readonly LedgerVerdict[];
}

export interface Overview {
  readonly inputs: readonly { readonly name: string; readonly length: number; readonly file: boolean }[];
  readonly parts: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly records: number;
  readonly rejectedRecords: number;
  /** The part to show first: what is wrong, if anything is. */
  readonly first: number;
  readonly accounts: readonly AccountReport[];
  readonly ends: readonly EndVerdict[];
}

export interface RecordRow {
  readonly index: number;
  readonly sequence: string;
  readonly kind: number;
  readonly kindName: string;
  readonly timeUs: string;
  readonly texts: Readonly<Record<string, string>>;
  /** The payload as JSON; undefined where the record was rejected. */
  readonly payload?: string;
  readonly fault?: Fault;
}

export interface PartView extends FrameParts {
  readonly index: number;
  readonly part: Part;
  readonly sections: readonly Section[];
  readonly lints: readonly string[];
  readonly records: readonly RecordRow[];
  /** Bytes of the part that are not shown, for it is too long. */
  readonly leftOut: number;
}

/** Records that a view has at a time. */
export const RECORDS = 100;
/** Parts that a page of the list has. */
export const PARTS = 100;

export type Json = 'part' | 'file' | 'ledger';

/** The engine's calls. They give promises when they go through a worker. */
export interface Calls {
  load(given: readonly Given[], told: ReadOptions): Promise<Overview>;
  parts(from: number, count: number): Promise<readonly Part[]>;
  view(index: number, firstRecord: number): Promise<PartView>;
  json(what: Json, index: number): Promise<string>;
}

export type Progress = (done: number, of: number) => void;

// Answers the page's questions about what was loaded. It knows no document: it runs in a worker or beside the page.
import { entrySection, headerSection, rangeSection } from '../annotate/file.js';
import { annotateFrame } from '../annotate/frame.js';
import type { Section } from '../annotate/item.js';
import { kindName } from '../annotate/records.js';
import {
  DashStreamError, fileReport, FrameFileReader, frameToJson, ledgerReport, lintFrame, recordToJson,
  type Frame, type JsonObject, type ReadOptions,
} from '../port.js';
import { pretty, spaced } from './json.js';
import { RECORDS, type Given, type Json, type Overview, type Part, type PartView, type Progress, type RecordRow } from './protocol.js';
import { decode, isFile, plain, Reading } from './reading.js';

/** Bytes of a range without a frame that are shown. */
const RANGE = 1 << 20;

export class Engine {
  private given: readonly Given[] = [];
  private told: ReadOptions = {};
  private reading = new Reading([], {}, () => {});
  /** The frame that was looked at last. */
  private last: { index: number; frame: Frame | DashStreamError; lints: readonly string[] } | undefined;

  constructor(private readonly progress: Progress) {}

  async load(given: readonly Given[], told: ReadOptions): Promise<Overview> {
    this.given = given;
    this.told = told;
    this.last = undefined;
    this.reading = new Reading(given, told, this.progress);
    await this.reading.run();
    return this.overview();
  }

  private overview(): Overview {
    const { parts, ledger } = this.reading;
    const count = (test: (part: Part) => boolean) => parts.reduce((sum, part) => sum + (test(part) ? 1 : 0), 0);
    const sum = (key: 'records' | 'rejectedRecords') => parts.reduce((total, part) => total + part[key], 0);
    const bad = parts.findIndex((part) => part.fault && part.what !== 'skipped' && part.what !== 'tail');
    const frame = parts.findIndex((part) => part.what === 'frame');
    return {
      inputs: this.given.map((one) => ({ name: one.name, length: one.bytes?.length ?? 0, file: isFile(one) })),
      parts: parts.length,
      accepted: count((part) => part.what === 'frame' && !part.fault),
      rejected: count((part) => part.what === 'refused' || (part.what === 'frame' && part.fault !== undefined)),
      skipped: count((part) => part.what === 'skipped'),
      records: sum('records'), rejectedRecords: sum('rejectedRecords'),
      first: Math.max(0, bad >= 0 ? bad : frame),
      accounts: ledger.accounts(), ends: ledger.end(),
    };
  }

  async parts(from: number, count: number): Promise<readonly Part[]> {
    return this.reading.parts.slice(from, from + count);
  }

  async view(index: number, firstRecord: number): Promise<PartView> {
    const part = this.reading.parts[index];
    const empty = { index, part, lints: [], records: [], leftOut: 0, recordCount: 0, firstRecord: 0 };
    const bytes = this.given[part.input].bytes;
    if (!bytes) return { ...empty, sections: [] };
    if (part.what !== 'frame') return { ...empty, ...otherSections(part, bytes) };
    const { frame, lints } = this.frameOf(index);
    const parts = annotateFrame(bytes.subarray(part.frameAt, part.end), firstRecord, RECORDS);
    const marker = part.start < part.frameAt ? [entrySection(bytes.subarray(part.start, part.frameAt), part.start)] : [];
    const records = frame instanceof DashStreamError ? [] : recordRows(frame, firstRecord);
    return { ...empty, ...parts, sections: copied([...marker, ...parts.sections]), lints, records };
  }

  private frameOf(index: number): { frame: Frame | DashStreamError; lints: readonly string[] } {
    if (this.last?.index !== index) {
      const part = this.reading.parts[index];
      const bytes = this.given[part.input].bytes?.subarray(part.frameAt, part.end) ?? null;
      const frame = decode(bytes, this.told);
      this.last = { index, frame, lints: frame instanceof DashStreamError ? [] : lintFrame(bytes!) };
    }
    return this.last;
  }

  async json(what: Json, index: number): Promise<string> {
    return `${pretty(this.jsonOf(what, index))}\n`;
  }

  private jsonOf(what: Json, index: number): JsonObject {
    const part = this.reading.parts[index];
    if (what === 'ledger') {
      const frames = this.reading.parts.filter((one) => one.what === 'frame');
      return ledgerReport(this.reading.ledger, frames.map((one) => one.ledger));
    }
    if (what === 'file') return this.fileJson(part);
    const fault = part.fault ? { ...plain(part.fault) } : undefined;
    return fault ? { error: fault } : frameToJson(this.frameOf(index).frame as Frame);
  }

  private fileJson({ input, fault, what }: Part): JsonObject {
    if (what === 'refused') return { error: { ...plain(fault!) } };
    const reader = new FrameFileReader(this.told);
    return fileReport([...reader.push(this.given[input].bytes!), ...reader.finish()]);
  }
}

function otherSections(part: Part, bytes: Uint8Array): Pick<PartView, 'sections' | 'leftOut'> {
  if (part.what === 'header') return { sections: copied([headerSection(bytes)]), leftOut: 0 };
  const shown = bytes.subarray(part.start, Math.min(part.end, part.start + RANGE));
  const length = part.end - part.start;
  const [name, problem] = part.what === 'skipped' ? ['skipped range', part.fault!.code]
    : part.what === 'tail' ? ['tail', 'TORN_TAIL'] : ['no file of frames', part.fault!.code];
  return { sections: copied([rangeSection(shown, part.start, length, name, problem)]), leftOut: length - shown.length };
}

/** Copies the bytes of sections, so that what is sent is not the whole file; equal bytes stay one. */
function copied(sections: readonly Section[]): readonly Section[] {
  const copies = new Map<Uint8Array, Uint8Array>();
  const copy = (bytes: Uint8Array): Uint8Array => {
    const made = copies.get(bytes) ?? bytes.slice();
    copies.set(bytes, made);
    return made;
  };
  return sections.map((section) => ({ ...section, bytes: copy(section.bytes) }));
}

function recordRows(frame: Frame, first: number): readonly RecordRow[] {
  return frame.records.slice(first, first + RECORDS).map((record, i) => {
    const { sequence, kind, time_us: timeUs, payload, opaque, error, ...texts } = recordToJson(record);
    return {
      index: first + i, sequence: String(sequence), kind: record.kind, kindName: kindName(Number(kind)), timeUs: String(timeUs),
      texts: texts as Record<string, string>,
      ...(error ? { fault: plain(record.error!) } : { payload: payload === undefined ? spaced({ opaque: opaque ?? '' }) : spaced(payload) }),
    };
  });
}

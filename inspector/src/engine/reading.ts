// Reads what was given with the port, and keeps of it what a list of parts shows.
import { looksLikeFile } from '../annotate/file.js';
import {
  DashStreamError, decodeFrame, FrameFileReader, HEADER_LEN, Ledger, PRELUDE_LEN, readPrelude,
  type Fault, type FileEvent, type Frame, type LedgerVerdict, type ReadOptions,
} from '../port.js';
import type { Given, Part, Progress } from './protocol.js';

/** Bytes of a file that are read at once. */
const PIECE = 256 << 10;
/** Milliseconds after which others get their turn. */
const TURN = 50;

/** Whether something given is read as a file. */
export function isFile({ name, bytes }: Given): boolean {
  return bytes !== null && (/\.dsf$/i.test(name) || looksLikeFile(bytes));
}

/** Decodes a frame; the fault, where it is refused. */
export function decode(bytes: Uint8Array | null, told: ReadOptions): Frame | DashStreamError {
  try {
    return decodeFrame(bytes, told);
  } catch (error) {
    if (error instanceof DashStreamError) return error;
    throw error;
  }
}

/** Takes an error apart: what crosses to another thread is plain. */
export function plain({ code, offset, requirement }: Fault): Fault {
  return { code, offset, requirement };
}

export class Reading {
  readonly parts: Part[] = [];
  readonly ledger = new Ledger();
  private done = 0;
  private turn = Date.now();

  constructor(private readonly given: readonly Given[], private readonly told: ReadOptions, private readonly progress: Progress) {}

  async run(): Promise<void> {
    for (const [input, one] of this.given.entries()) {
      if (isFile(one)) await this.file(input, one.bytes!);
      else this.frame(input, one.bytes);
      this.done += one.bytes?.length ?? 0;
      await this.pause();
    }
  }

  private frame(input: number, bytes: Uint8Array | null): void {
    const frame = decode(bytes, this.told);
    const at = { input, start: 0, end: bytes?.length ?? 0, frameAt: 0 };
    if (frame instanceof DashStreamError) this.rejected(at, bytes ?? new Uint8Array(), frame);
    else this.accepted(at, frame);
  }

  private accepted(at: Place, frame: Frame): void {
    const { records, prelude } = frame;
    const rejectedRecords = records.reduce((sum, record) => sum + (record.error ? 1 : 0), 0);
    const range = rangeText(prelude);
    this.parts.push({ ...at, what: 'frame', records: records.length, rejectedRecords, range, ledger: this.ledger.accepted(frame) });
  }

  private rejected(at: Place, bytes: Uint8Array, fault: Fault): void {
    const ledger = this.ledger.rejected(bytes, fault);
    // Where the ledger counts it, its range is believed.
    const range = ledger.length && bytes.length >= PRELUDE_LEN ? rangeText(readPrelude(bytes)) : undefined;
    this.parts.push({ ...at, what: 'frame', fault: plain(fault), records: 0, rejectedRecords: 0, range, ledger });
  }

  private async file(input: number, bytes: Uint8Array): Promise<void> {
    const reader = new FrameFileReader(this.told);
    this.other({ input, start: 0, end: Math.min(HEADER_LEN, bytes.length), frameAt: 0 }, 'header');
    try {
      for (let at = 0; at < bytes.length; at += PIECE) {
        for (const event of reader.push(bytes.subarray(at, at + PIECE))) this.event(input, bytes.length, event);
        await this.pause(at);
      }
      for (const event of reader.finish()) this.event(input, bytes.length, event);
    } catch (error) {
      if (!(error instanceof DashStreamError)) throw error;
      this.parts.pop();
      this.other({ input, start: 0, end: bytes.length, frameAt: 0 }, 'refused', error);
    }
  }

  private event(input: number, length: number, event: FileEvent): void {
    switch (event.what) {
      case 'accepted': {
        const { prelude } = event.frame;
        const frameAt = event.end - PRELUDE_LEN - prelude.metadataLen - prelude.bodyLen;
        this.accepted({ input, start: event.start, end: event.end, frameAt }, event.frame);
        break;
      }
      case 'rejected':
        this.rejected({ input, start: event.start, end: event.start + event.bytes.length, frameAt: event.start }, event.bytes, event.fault);
        break;
      case 'skipped':
        this.other({ input, start: event.start, end: event.end, frameAt: event.start }, 'skipped', { code: event.code, offset: 0, requirement: '' });
        break;
      case 'tail':
        this.other({ input, start: event.at, end: length, frameAt: event.at }, 'tail', { code: 'TORN_TAIL', offset: event.at, requirement: 'FILE-009' });
    }
  }

  private other(at: Place, what: Part['what'], fault?: Fault): void {
    this.parts.push({ ...at, what, ...(fault ? { fault: plain(fault) } : {}), records: 0, rejectedRecords: 0, ledger: [] as LedgerVerdict[] });
  }

  private async pause(at = 0): Promise<void> {
    if (Date.now() - this.turn < TURN) return;
    const total = this.given.reduce((sum, one) => sum + (one.bytes?.length ?? 0), 0);
    this.progress(Math.min(this.done + at, total), total);
    await new Promise((resolve) => setTimeout(resolve));
    this.turn = Date.now();
  }
}

type Place = Pick<Part, 'input' | 'start' | 'end' | 'frameAt'>;

function rangeText({ baseSequence, recordCount, dropCount }: { baseSequence: number; recordCount: number; dropCount: number }): string {
  const last = baseSequence + recordCount + dropCount - 1;
  return last === baseSequence ? String(baseSequence) : `${baseSequence}–${last}`;
}

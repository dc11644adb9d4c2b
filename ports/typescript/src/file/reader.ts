// Reading files of frames (files.md). The walk is written as the text has it, over positions in the file; where it needs
// bytes that have not come yet, it waits for them.
import { DashStreamError, type ErrorCode, type Fault } from '../errors.js';
import { decodeFrame, plainBytes, type Frame, type ReadOptions } from '../frame.js';
import { fieldFault, frameLength, lengthFault, MAGIC, preludeFault, PRELUDE_LEN, readPrelude } from '../prelude.js';
import { HEADER_LEN, MARKER_LEN, readMarker, SIGNATURE, standsAt } from './signature.js';
import { Window } from './window.js';

/** What a reader finds, in the order of the file. */
export type FileEvent =
  | { readonly what: 'accepted'; readonly start: number; readonly end: number; readonly frame: Frame }
  | { readonly what: 'skipped'; readonly start: number; readonly end: number; readonly code: ErrorCode }
  /** `bytes` is the frame as far as it is there, for a ledger. */
  | { readonly what: 'rejected'; readonly start: number; readonly fault: Fault; readonly bytes: Uint8Array }
  | { readonly what: 'tail'; readonly at: number };

/** Where the walk waits for the byte at a position, or for the end of the file. */
type Walk<T> = Generator<number, T, void>;

const CANDIDATE_LEN = MARKER_LEN + PRELUDE_LEN;

/** Reads a file in pieces. It holds one entry at a time, 80 bytes behind it, and what of a piece it has not come to. */
export class FrameFileReader {
  private readonly window = new Window();
  private readonly walk: Walk<void>;
  private events: FileEvent[] = [];
  private wanted = 0;
  private done = false;
  /** The sync marker, once the header is read and where it is intact. */
  marker: Uint8Array | undefined;
  private lastAccepted: number | undefined;

  constructor(private readonly options: ReadOptions = {}) {
    this.walk = this.run();
    this.step();
  }

  /**
   * Takes the next piece; gives what was found with it. FILE-010: how the file is cut does not matter.
   * Throws FILE_SIGNATURE where the file is refused (FILE-001).
   */
  push(piece: Uint8Array): FileEvent[] {
    if (!this.done) this.window.push(plainBytes(piece));
    if (this.window.end >= this.wanted) this.step();
    return this.take();
  }

  /** Ends the file; throws as `push` does. */
  finish(): FileEvent[] {
    this.window.ended = true;
    this.step();
    return this.take();
  }

  private take(): FileEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }

  private step(): void {
    while (!this.done) {
      const next = this.walk.next();
      if (next.done) {
        this.done = true;
      } else {
        this.wanted = next.value;
        if (this.window.end < this.wanted && !this.window.ended) return;
      }
    }
  }

  /** Waits until the bytes before `position` are there; tells whether they are. */
  private *reach(position: number): Walk<boolean> {
    while (this.window.end < position) {
      if (this.window.ended) return false;
      yield position;
    }
    return true;
  }

  private *run(): Walk<void> {
    let at = yield* this.header();
    while (at >= 0) {
      this.window.release(at);
      at = yield* this.entry(at);
    }
    yield* this.tail();
  }

  /** Reads the header; gives where the entries begin, or -1 where there are none. */
  private *header(): Walk<number> {
    yield* this.reach(HEADER_LEN);
    const header = this.window.view(0, HEADER_LEN);
    const signed = standsAt(header, 0, SIGNATURE);
    this.marker = readMarker(header);
    // FILE-001: neither is intact.
    if (!signed && !this.marker) throw new DashStreamError('FILE_SIGNATURE', 0, 'FILE-001');
    // FILE-002: only the marker is.
    if (!signed) this.skip(0, 8, 'FILE_SIGNATURE');
    // FILE-003: only the signature is.
    if (!this.marker) this.skip(8, Math.min(HEADER_LEN, this.window.end), 'FILE_MARKER');
    return this.window.end < HEADER_LEN ? -1 : HEADER_LEN;
  }

  /** FILE-009: what lies behind the last accepted frame. (A file that ends in the header has its tail at 8.) */
  private *tail(): Walk<void> {
    while (yield* this.reach(this.window.end + 1)) this.window.release(this.window.end);
    const end = this.window.end;
    const from = this.lastAccepted ?? (end < HEADER_LEN ? 8 : HEADER_LEN);
    if (from < end) this.events.push({ what: 'tail', at: from });
  }

  private skip(start: number, end: number, code: ErrorCode): void {
    if (start < end) this.events.push({ what: 'skipped', start, end, code });
  }

  private accept(start: number, end: number, frame: Frame): number {
    this.events.push({ what: 'accepted', start, end, frame });
    this.lastAccepted = end;
    return end;
  }

  /** One round "at p"; gives where to go on, or -1 at the end. */
  private *entry(p: number): Walk<number> {
    // Step 1: the end.
    if (!(yield* this.reach(p + 1))) return -1;
    if (yield* this.isCandidate(p)) return yield* this.candidate(p);
    return yield* this.stray(p);
  }

  /** Step 2: marker and prelude are in order. FILE-006. */
  private *isCandidate(q: number): Walk<boolean> {
    if (!(yield* this.reach(q + CANDIDATE_LEN))) return false;
    return this.looksLike(this.window.view(q, q + CANDIDATE_LEN), 0);
  }

  private looksLike(bytes: Uint8Array, at: number): boolean {
    if (this.marker && !standsAt(bytes, at, this.marker)) return false;
    return bytes[at + MARKER_LEN] === MAGIC && !preludeFault(bytes, at + MARKER_LEN, at + CANDIDATE_LEN);
  }

  /** Step 3: behind the header or a frame, and no candidate. */
  private *stray(p: number): Walk<number> {
    const from = p + MARKER_LEN;
    yield* this.reach(from + PRELUDE_LEN);
    const fault = preludeFault(this.window.view(from, from + PRELUDE_LEN));
    // FILE-005: an intact frame behind a damaged marker.
    const found = fault || !this.marker ? undefined : yield* this.intact(from);
    if (found) {
      this.skip(p, from, 'FILE_MARKER');
      return this.accept(from, found.end, found.frame);
    }
    const damaged = this.marker && !standsAt(this.window.view(p, from), 0, this.marker);
    return yield* this.resync(p, p + 1, damaged || !fault ? 'FILE_MARKER' : fault.code);
  }

  /** The frame at a position, where it passes every check. */
  private *intact(from: number): Walk<{ frame: Frame; end: number } | undefined> {
    const prelude = readPrelude(this.window.view(from, from + PRELUDE_LEN));
    if (fieldFault(prelude)) return undefined;
    const end = from + frameLength(prelude);
    if (!(yield* this.reach(end))) return undefined;
    const frame = this.decode(this.copy(from, end));
    return frame instanceof DashStreamError ? undefined : { frame, end };
  }

  /** A copy of bytes [from, end): frames are views, and the window moves on. */
  private copy(from: number, end: number): Uint8Array {
    return new Uint8Array(this.window.view(from, end));
  }

  private decode(bytes: Uint8Array): Frame | DashStreamError {
    try {
      return decodeFrame(bytes, this.options);
    } catch (error) {
      if (error instanceof DashStreamError) return error;
      throw error;
    }
  }

  private reject(start: number, fault: Fault, bytes: Uint8Array): void {
    this.events.push({ what: 'rejected', start, fault, bytes });
  }

  /** Step 4: a candidate. */
  private *candidate(p: number): Walk<number> {
    const from = p + MARKER_LEN;
    const prelude = readPrelude(this.window.view(from, from + PRELUDE_LEN));
    const behind = p + CANDIDATE_LEN;
    // Step 4a: its length cannot be believed.
    if (lengthFault(prelude)) {
      const fault = fieldFault(prelude)!;
      this.reject(from, fault, this.copy(from, behind));
      return yield* this.resync(p, behind, fault.code);
    }
    const end = from + frameLength(prelude);
    const whole = yield* this.reach(end);
    const bytes = this.copy(from, end);
    const frame = this.decode(bytes);
    if (!(frame instanceof DashStreamError)) return this.accept(p, end, frame);
    this.reject(from, frame, bytes);
    // Step 4d, FILE-008: what follows is in order.
    if (whole && (!(yield* this.reach(end + 1)) || (yield* this.isCandidate(end)))) {
      this.skip(p, end, frame.code);
      return end;
    }
    // Steps 4b and 4d, FILE-007: nothing tells where the next entry begins.
    return yield* this.resync(p, behind, frame.code);
  }

  /** Looks for the next candidate from q on; what lies before it is skipped. */
  private *resync(p: number, q: number, code: ErrorCode): Walk<number> {
    let at = q;
    for (;;) {
      this.window.release(at);
      if (!(yield* this.reach(at + CANDIDATE_LEN))) break;
      const bytes = this.window.view(at, this.window.end);
      const last = bytes.length - CANDIDATE_LEN;
      let i = 0;
      while (i <= last && !this.looksLike(bytes, i)) i++;
      at += i;
      if (i <= last) {
        this.skip(p, at, code);
        return at;
      }
    }
    this.skip(p, this.window.end, code);
    return -1;
  }
}

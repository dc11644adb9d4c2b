// Writing files of frames (files.md). Where the bytes go is the caller's business; `dashstream/node` knows the file system.
import { DashStreamError } from '../errors.js';
import { plainBytes } from '../frame.js';
import { decodePrelude, frameLength } from '../prelude.js';
import { FrameFileReader } from './reader.js';
import { HEADER_LEN, makeHeader, MARKER_LEN } from './signature.js';

/** Makes the bytes of one file. */
export class FrameFileWriter {
  private constructor(readonly marker: Uint8Array) {}

  /** Begins a file, with a marker of its own (FILE-014); the header comes first in it. */
  static begin(): { writer: FrameFileWriter; header: Uint8Array } {
    const marker = crypto.getRandomValues(new Uint8Array(MARKER_LEN));
    return { writer: new FrameFileWriter(marker), header: makeHeader(marker) };
  }

  /** Goes on in a file whose marker is known. */
  static resume(marker: Uint8Array): FrameFileWriter {
    return new FrameFileWriter(marker);
  }

  /** The bytes of an entry. The frame has to have the length that its prelude says. */
  entry(frame: Uint8Array): Uint8Array {
    const bytes = plainBytes(frame);
    const length = frameLength(decodePrelude(bytes));
    if (bytes.length < length) throw new DashStreamError('TRUNCATED', bytes.length, 'FRM-004');
    if (bytes.length > length) throw new DashStreamError('TRAILING', length, 'FRM-005');
    const entry = new Uint8Array(MARKER_LEN + length);
    entry.set(this.marker);
    entry.set(bytes, MARKER_LEN);
    return entry;
  }
}

/** What to do with a file that is opened again: FILE-013. */
export type Reopening =
  /** Cut it to `length`, and go on with its marker. */
  | { readonly keep: true; readonly length: number; readonly marker: Uint8Array }
  /** Begin a new file in its place: it has no whole header. */
  | { readonly keep: false };

/**
 * Looks at a file that is to be gone on with. Throws FILE_SIGNATURE or FILE_MARKER where it has a header without a
 * marker that could be used: whether it is to be replaced is for the caller to say.
 */
export class FrameFileReopener {
  private readonly reader = new FrameFileReader();
  private length = 0;
  private keep = HEADER_LEN;

  push(piece: Uint8Array): void {
    this.length += piece.length;
    this.see(this.reader.push(piece));
  }

  finish(): Reopening {
    if (this.length < HEADER_LEN) return { keep: false };
    this.see(this.reader.finish());
    const marker = this.reader.marker;
    if (!marker) throw new DashStreamError('FILE_MARKER', 8, 'FILE-013');
    return { keep: true, length: this.keep, marker };
  }

  private see(events: ReturnType<FrameFileReader['push']>): void {
    for (const event of events) if (event.what === 'accepted') this.keep = event.end;
  }
}

// Writing files of frames (files.md). Where the bytes go is the caller's business; `dashstream/node` knows the file system.
import { DashStreamError } from '../errors.js';
import { plainBytes } from '../frame.js';
import { decodePrelude, frameLength } from '../prelude.js';
import { FrameFileReader, type FileEvent } from './reader.js';
import { HEADER_LEN, makeHeader, MARKER_LEN, SIGNATURE } from './signature.js';

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
  /** Begin a new file in its place: it is no more than the beginning of a header. */
  | { readonly keep: false };

/**
 * Looks at a file that is to be gone on with. Throws FILE_SIGNATURE or FILE_MARKER where its header is damaged or none, and
 * what is wrong with a frame behind the last accepted one that is only not supported, such as one of a later version: such a
 * file is to be left as it is, and a new one begun beside it.
 */
export class FrameFileReopener {
  private readonly reader = new FrameFileReader();
  private readonly beginning: number[] = [];
  private length = 0;
  private keep = HEADER_LEN;
  private signed = true;
  private unsupported: DashStreamError | undefined;

  push(piece: Uint8Array): void {
    this.beginning.push(...piece.subarray(0, SIGNATURE.length - this.beginning.length));
    this.length += piece.length;
    this.see(this.reader.push(piece));
  }

  finish(): Reopening {
    if (this.length < HEADER_LEN) {
      // What cannot have become a header is somebody's data.
      if (this.beginning.some((byte, i) => byte !== SIGNATURE[i])) throw new DashStreamError('FILE_SIGNATURE', 0, 'FILE-013');
      return { keep: false };
    }
    this.see(this.reader.finish());
    if (!this.signed) throw new DashStreamError('FILE_SIGNATURE', 0, 'FILE-013');
    const marker = this.reader.marker;
    if (!marker) throw new DashStreamError('FILE_MARKER', 8, 'FILE-013');
    if (this.unsupported) throw this.unsupported;
    return { keep: true, length: this.keep, marker };
  }

  private see(events: FileEvent[]): void {
    for (const event of events) {
      if (event.what === 'accepted') {
        this.keep = event.end;
        this.unsupported = undefined;
      } else if (event.what === 'rejected') {
        const { code, offset, requirement } = event.fault;
        const error = new DashStreamError(code, offset, requirement);
        if (error.class === 'unsupported') this.unsupported ??= error;
      } else if (event.what === 'skipped' && event.code === 'FILE_SIGNATURE') {
        this.signed = false;
      }
    }
  }
}

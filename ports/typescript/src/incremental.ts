// A frame that arrives in pieces (frame.md).
import { DashStreamError } from './errors.js';
import { checkLimits, decodeFrame, plainBytes, type Frame, type ReadOptions } from './frame.js';
import { decodePrelude, frameLength, MAGIC, PRELUDE_LEN } from './prelude.js';

/**
 * Reads one frame in pieces. A frame that is refused by its prelude, its limits or its length is refused as soon as
 * that is known; everything else is known at the end. It holds the bytes that it was given, and never more room than
 * twice as many.
 */
export class FrameReader {
  private held = new Uint8Array(PRELUDE_LEN);
  private used = 0;
  private expected: number | undefined;
  private refused: DashStreamError | undefined;

  constructor(private readonly options: ReadOptions = {}) {}

  /** Takes the next piece. Throws what `decodeFrame` would throw for the whole. */
  push(piece: Uint8Array): void {
    if (this.refused) throw this.refused;
    try {
      this.take(plainBytes(piece));
    } catch (error) {
      // What follows cannot make the frame a good one.
      if (error instanceof DashStreamError) this.refused = error;
      throw error;
    }
  }

  private take(piece: Uint8Array): void {
    let rest = piece;
    if (this.expected === undefined) rest = this.pushPrelude(rest);
    if (this.expected === undefined || rest.length === 0) return;
    // FRM-005: more bytes than announced.
    if (this.used + rest.length > this.expected) throw new DashStreamError('TRAILING', this.expected, 'FRM-005');
    this.append(rest);
  }

  /** Ends the input; gives the frame. */
  finish(): Frame {
    if (this.refused) throw this.refused;
    return decodeFrame(this.held.subarray(0, this.used), this.options);
  }

  /** Fills the prelude, and checks it once it is there; gives what is left of the piece. */
  private pushPrelude(piece: Uint8Array): Uint8Array {
    const taken = piece.subarray(0, PRELUDE_LEN - this.used);
    this.append(taken);
    // PRE-002: known from the first byte.
    if (this.used > 0 && this.held[0] !== MAGIC) throw new DashStreamError('BAD_MAGIC', 0, 'PRE-002');
    if (this.used === PRELUDE_LEN) {
      const prelude = decodePrelude(this.held.subarray(0, PRELUDE_LEN));
      checkLimits(prelude, this.options);
      this.expected = frameLength(prelude);
    }
    return piece.subarray(taken.length);
  }

  private append(piece: Uint8Array): void {
    const length = this.used + piece.length;
    if (length > this.held.length) {
      const room = new Uint8Array(Math.max(length, Math.min(2 * this.held.length, this.expected ?? 0)));
      room.set(this.held.subarray(0, this.used));
      this.held = room;
    }
    this.held.set(piece, this.used);
    this.used = length;
  }
}

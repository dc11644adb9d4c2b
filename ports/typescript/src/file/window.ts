/** The part of a file that is held: bytes [start, start + length) of it. */
export class Window {
  start = 0;
  ended = false;
  private held = new Uint8Array(1024);
  private from = 0;
  private to = 0;

  /** Position behind the last byte that is there. */
  get end(): number {
    return this.start + this.to - this.from;
  }

  push(piece: Uint8Array): void {
    const length = this.to - this.from;
    if (this.to + piece.length > this.held.length) {
      // Moved down, and made larger only where that is not enough.
      const room = length + piece.length;
      const target = room > this.held.length ? new Uint8Array(Math.max(room, 2 * this.held.length)) : this.held;
      target.set(this.held.subarray(this.from, this.to));
      this.held = target;
      this.from = 0;
      this.to = length;
    }
    this.held.set(piece, this.to);
    this.to += piece.length;
  }

  /** Lets go of what lies before a position. */
  release(position: number): void {
    const gone = Math.min(Math.max(position - this.start, 0), this.to - this.from);
    this.from += gone;
    this.start += gone;
  }

  /** A view of [from, to), or of what of it there is; good until the next piece. */
  view(from: number, to: number): Uint8Array {
    const at = this.from - this.start;
    return this.held.subarray(Math.min(at + from, this.to), Math.min(at + to, this.to));
  }
}

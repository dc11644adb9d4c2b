import { RangeSet } from './ranges.js';

/** How the numbers of an epoch end: not known, said by the epoch itself, or told by a later one. */
export type Tail = 'open' | 'ended' | 'closed';

/** A range that was counted. */
export interface Counted {
  readonly from: number;
  readonly to: number;
  readonly recordCount: number;
  readonly dropCount: number;
  readable: boolean;
  bodyCrc: number;
  /** The body_crc that its redaction names. */
  original: number | undefined;
}

/** The account of one epoch of a lane: seen + declared + unreadable + lost = last - first + 1 (LOSS-001). */
export class Account {
  last: number;
  seen = 0;
  declared = 0;
  unreadable = 0;
  lost = 0;
  tail: Tail = 'open';
  readonly missing = new RangeSet();
  /** What a ledger with bounds has forgotten lies below these. */
  countedFrom = 0;
  missingFrom = 0;
  private readonly counted: Counted[] = [];

  constructor(readonly epoch: number, readonly first: number) {
    this.last = first - 1;
  }

  /** Where the counted range that begins at `from` is, or would be. */
  private find(from: number): number {
    const counted = this.counted;
    // Most frames come in order.
    if (counted.length === 0 || counted[counted.length - 1].from < from) return counted.length;
    let low = 0;
    let high = counted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (counted[middle].from < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The counted range with the same numbers and as many records. */
  known(from: number, to: number, recordCount: number): Counted | undefined {
    const found = this.counted[this.find(from)];
    return found && found.from === from && found.to === to && found.recordCount === recordCount ? found : undefined;
  }

  count(range: Counted): void {
    if (range.readable) this.seen += range.recordCount;
    else this.unreadable += range.recordCount;
    this.declared += range.dropCount;
    this.counted.splice(this.find(range.from), 0, range);
  }

  /** Makes last + 1..to missing; gives how many numbers that are. */
  miss(to: number): number {
    const count = to - this.last;
    if (count <= 0) return 0;
    // What is missing never touches: behind a missing range there is a counted one, or the account is closed.
    this.missing.append(this.last + 1, to);
    this.lost += count;
    this.last = to;
    return count;
  }

  /** Takes from..to out of what is missing; gives how many numbers were. */
  fill(from: number, to: number): number {
    const count = this.missing.remove(from, to);
    this.lost -= count;
    return count;
  }

  /** Forgets the oldest ranges, until so many are left (LOSS-021). `lost` keeps what it was. */
  forget(counted: number, missing: number): void {
    if (this.counted.length > counted) {
      const gone = this.counted.splice(0, this.counted.length - counted);
      this.countedFrom = Math.max(this.countedFrom, gone[gone.length - 1].to + 1);
      // The frame of a range that could not be read may still come intact.
      for (const range of gone) if (!range.readable) this.missingFrom = Math.max(this.missingFrom, range.to + 1);
    }
    const spans = this.missing.spans;
    const extra = Math.max(spans.length - missing, 0);
    if (extra) this.missingFrom = Math.max(this.missingFrom, spans[extra - 1].to + 1);
    // What is left of it below `missingFrom` stays known, for drops may be declared late.
    spans.splice(0, extra);
  }
}

/** Numbers from..to, both included. */
export interface Span {
  from: number;
  to: number;
}

/** Ranges of numbers that do not touch, ascending. */
export class RangeSet {
  readonly spans: Span[] = [];

  /** The index of the first range that ends at `number` or behind it. */
  private find(number: number): number {
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.spans[middle].to < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds a range behind all others, and not next to the last. */
  append(from: number, to: number): void {
    this.spans.push({ from, to });
  }

  /** Whether from..to lies wholly inside one range. */
  contains(from: number, to: number): boolean {
    const span = this.spans[this.find(from)];
    return span !== undefined && span.from <= from && to <= span.to;
  }

  /** Whether a number of from..to is in a range. */
  touches(from: number, to: number): boolean {
    const span = this.spans[this.find(from)];
    return span !== undefined && span.from <= to;
  }

  /** Takes from..to out; gives how many numbers that were. */
  remove(from: number, to: number): number {
    const start = this.find(from);
    let end = start;
    let count = 0;
    const left: Span[] = [];
    for (; end < this.spans.length && this.spans[end].from <= to; end++) {
      const span = this.spans[end];
      count += Math.min(span.to, to) - Math.max(span.from, from) + 1;
      if (span.from < from) left.push({ from: span.from, to: from - 1 });
      if (span.to > to) left.push({ from: to + 1, to: span.to });
    }
    this.spans.splice(start, end - start, ...left);
    return count;
  }
}

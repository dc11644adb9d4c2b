// Rows of one height, of which only those that can be seen exist. The active row exists always: it has the focus.

/** Rows above and below what can be seen. */
const AROUND = 6;

export class VirtualRows {
  active = 0;
  private count = 0;
  private readonly rows = new Map<number, HTMLElement>();

  constructor(private readonly scroller: HTMLElement, private readonly content: HTMLElement, private readonly render: (index: number) => HTMLElement) {
    scroller.addEventListener('scroll', () => this.update(), { passive: true });
    new ResizeObserver(() => this.update()).observe(scroller);
  }

  /** Pixels of a row, which follow the size of the text; measured whenever all rows are made anew, for asking costs a layout. */
  private height = 24;

  /** How many rows fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.height) - 1);
  }

  setCount(count: number): void {
    this.count = count;
    this.active = Math.min(this.active, Math.max(0, count - 1));
    this.refresh();
  }

  /** Makes every row anew. The focus stays where it was, if it was on a row. */
  refresh(): void {
    const focused = this.content.contains(document.activeElement);
    this.height = parseFloat(getComputedStyle(this.content).lineHeight) || 24;
    this.content.style.height = `${this.count * this.height}px`;
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.update();
    if (focused) this.focusable(this.active)?.focus({ preventScroll: true });
  }

  private update(): void {
    const { height } = this;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - AROUND);
    const last = Math.min(this.count - 1, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / height) + AROUND);
    const wanted: number[] = [];
    if (this.active < first && this.active < this.count) wanted.push(this.active);
    for (let i = first; i <= last; i++) wanted.push(i);
    if (this.active > last && this.active < this.count) wanted.push(this.active);
    const kept = new Set(wanted);
    for (const [index, row] of this.rows) {
      if (kept.has(index)) continue;
      row.remove();
      this.rows.delete(index);
    }
    // Those that stay are in order, so that none is moved, which would cost it the focus.
    let before: ChildNode | null = this.content.firstChild;
    for (const index of wanted) {
      const row = this.rows.get(index) ?? this.make(index, height);
      if (row === before) before = row.nextSibling;
      else this.content.insertBefore(row, before);
    }
  }

  private make(index: number, height: number): HTMLElement {
    const row = this.render(index);
    row.style.top = `${index * height}px`;
    this.rows.set(index, row);
    return row;
  }

  /** The row, where it exists. */
  row(index: number): HTMLElement | undefined {
    return this.rows.get(index);
  }

  all(): IterableIterator<HTMLElement> {
    return this.rows.values();
  }

  private focusable(index: number): HTMLElement | null | undefined {
    const row = this.rows.get(index);
    return row?.tabIndex === 0 ? row : row?.querySelector<HTMLElement>('[tabindex="0"]');
  }

  /** Scrolls so that a row can be seen; one that can be seen already stays where it is. */
  reveal(index: number): void {
    const { height } = this;
    const top = index * height;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = Math.max(0, top - height);
    else if (top + height > scrollTop + clientHeight) this.scroller.scrollTop = top + 2 * height - clientHeight;
    this.update();
  }

  activate(index: number): void {
    this.active = index;
    this.reveal(index);
    this.focusable(index)?.focus({ preventScroll: true });
  }
}

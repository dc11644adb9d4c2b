// A grid of bytes. One of them can be reached with the Tab key, the others from there with the arrows.
import { button, el, grouped, set } from './dom.js';
import type { Node, Outline, Strip } from './outline.js';
import type { Selection } from './selection.js';
import { VirtualRows } from './virtual.js';

/** Bytes that a grid has at a time: browsers have a largest height. */
const WINDOW = 1 << 20;
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export class Bytes {
  readonly element: HTMLElement;
  private readonly rows: VirtualRows;
  private readonly scroller: HTMLElement;
  private readonly grid: HTMLElement;
  private readonly windows = el('div', { class: 'windows' });
  /** Bytes in a row. */
  private width = 16;
  /** First byte of the window, and the active byte; both from the beginning of the strip. */
  private from = 0;
  private active = 0;
  private pointed: Node | undefined;
  /** Bytes, and one place more where the fault lies behind the last one. */
  private readonly places: number;

  /** `faults` are offsets at which something is wrong. */
  constructor(
    private readonly strip: Strip, private readonly outline: Outline, private readonly selection: Selection, private readonly faults: ReadonlySet<number>,
    private readonly toTree: () => void,
  ) {
    const heading = el('h3', { id: `bytes-${strip.base}` }, strip.title);
    this.grid = el('div', { class: 'rows', role: 'grid', 'aria-labelledby': heading.id });
    this.scroller = el('div', { class: 'bytes scroller' }, this.grid);
    this.element = el('section', { class: 'strip', 'aria-labelledby': heading.id }, el('div', { class: 'head' }, heading, this.facts()), this.windows, this.scroller);
    this.places = strip.bytes.length + (faults.has(strip.start + strip.bytes.length) ? 1 : 0);
    this.rows = new VirtualRows(this.scroller, this.grid, (index) => this.row(index));
    this.grid.addEventListener('keydown', (event) => this.key(event));
    this.grid.addEventListener('click', (event) => this.at(event, (place) => this.go(place)));
    this.grid.addEventListener('focusin', (event) => this.at(event, (place) => this.chosen(place)));
    this.grid.addEventListener('pointerover', (event) => selection.point(this.at(event, (place) => this.owner(place)), this));
    this.grid.addEventListener('pointerleave', () => selection.point(undefined, this));
    selection.onSelect((node, from, offset) => { if (from !== this) this.show(node, offset); });
    selection.onPoint((node) => this.point(node));
  }

  private facts(): HTMLElement {
    const { start, bytes, base } = this.strip;
    const from = base === 'raw' ? 'offsets count from its first byte' : start > 0 ? `from byte ${grouped(start)} on` : '';
    return el('span', { class: 'note' }, `${grouped(bytes.length)} bytes${from && `, ${from}`}`);
  }

  /** To be called once the grid is in the page, and when its size has changed. */
  layout(): void {
    const letter = this.measure();
    const room = this.scroller.clientWidth / letter;
    this.width = room >= 58 ? 16 : room >= 32 ? 8 : 4;
    this.grid.classList.toggle('with-text', room >= 76);
    set(this.grid, { 'aria-rowcount': Math.ceil(this.places / this.width), 'aria-colcount': this.width + 1 });
    this.window();
  }

  private measure(): number {
    const probe = el('span', { class: 'probe' }, '0'.repeat(20));
    this.grid.append(probe);
    const width = probe.getBoundingClientRect().width / 20;
    probe.remove();
    return width || 8;
  }

  /** Shows the window that begins at `from`. */
  private window(): void {
    const count = Math.min(WINDOW, this.places - this.from);
    this.rows.active = Math.max(0, Math.floor((this.active - this.from) / this.width));
    this.rows.setCount(Math.ceil(count / this.width));
    this.windows.replaceChildren();
    if (this.places <= WINDOW) return;
    const step = (by: number) => button(by < 0 ? 'Previous MiB' : 'Next MiB', () => this.go(Math.max(0, this.from + by)), { disabled: by < 0 ? this.from === 0 : this.from + WINDOW >= this.places });
    this.windows.append(step(-WINDOW), ` bytes ${grouped(this.from)} to ${grouped(this.from + count)} `, step(WINDOW));
  }

  private row(index: number): HTMLElement {
    const at = this.from + index * this.width;
    const last = Math.min(at + this.width, this.places);
    const row = el('div', { class: 'row', role: 'row', 'aria-rowindex': Math.floor(at / this.width) + 1 });
    const head = el('span', { class: 'offset', role: 'rowheader' }, String(this.strip.start + at));
    row.append(head);
    let text = '';
    for (let place = at; place < last; place++) {
      row.append(this.cell(place));
      if (this.faults.has(this.strip.start + place)) head.classList.add('bad');
      const byte = this.strip.bytes[place];
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
    }
    const characters = el('span', { class: 'text', 'aria-hidden': 'true' }, text);
    // The last row may be short, and its characters stand below those of the others all the same.
    characters.style.paddingLeft = `${1.5 + 3 * (at + this.width - last)}ch`;
    row.append(characters);
    return row;
  }

  private cell(place: number): HTMLElement {
    const offset = this.strip.start + place;
    const byte = this.strip.bytes[place] as number | undefined;
    const owner = this.owner(place);
    const bad = this.faults.has(offset);
    const digits = byte === undefined ? '––' : DIGITS[byte];
    const what = byte === undefined ? 'the end of the input' : `${digits}, offset ${offset}${owner ? `, ${owner.name}` : ''}`;
    const cell = el('span', {
      role: 'gridcell', 'data-place': place, tabindex: place === this.active ? 0 : -1, 'aria-label': bad ? `${what}: the error is here` : what,
    }, digits);
    if (owner) cell.classList.add(`tint-${owner.id % 6}`);
    if (owner?.at === offset) cell.classList.add('first');
    if (bad) cell.classList.add('bad');
    this.dress(cell, offset);
    return cell;
  }

  /** What changes with selection and pointer. */
  private dress(cell: HTMLElement, offset: number): void {
    const { node } = this.selection;
    const within = (one: Node | undefined) => one !== undefined && one.base === this.strip.base && one.at <= offset && offset < one.end;
    cell.classList.toggle('selected', within(node));
    cell.classList.toggle('pointed', within(this.pointed));
  }

  private dressAll(): void {
    for (const row of this.rows.all()) {
      for (const cell of row.querySelectorAll<HTMLElement>('[data-place]')) this.dress(cell, this.strip.start + Number(cell.dataset.place));
    }
  }

  private owner(place: number): Node | undefined {
    return this.outline.nodes[this.strip.owners[place] ?? -1];
  }

  private at<T>(event: Event, then: (place: number) => T): T | undefined {
    const cell = (event.target as Element).closest<HTMLElement>('[data-place]');
    return cell ? then(Number(cell.dataset.place)) : undefined;
  }

  private chosen(place: number): void {
    this.selection.select(this.owner(place) ?? this.selection.node, this, this.strip.start + place);
    this.dressAll();
  }

  private move(place: number): void {
    const before = this.grid.querySelector<HTMLElement>('[data-place][tabindex="0"]');
    if (before) before.tabIndex = -1;
    this.active = place;
    if (place < this.from || place >= this.from + WINDOW) {
      this.from = Math.floor(place / WINDOW) * WINDOW;
      this.window();
    }
    this.rows.active = Math.floor((place - this.from) / this.width);
    this.rows.reveal(this.rows.active);
    const cell = this.grid.querySelector<HTMLElement>(`[data-place="${place}"]`);
    if (cell) cell.tabIndex = 0;
  }

  /** Goes to a byte, with the focus. */
  go(place: number): void {
    if (this.places === 0) return;
    const to = Math.max(0, Math.min(place, this.places - 1));
    this.move(to);
    this.rows.activate(this.rows.active);
    this.chosen(to);
  }

  goTo(offset: number): void {
    this.go(offset - this.strip.start);
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    const to = this.target(event.key, event.ctrlKey);
    if (to === undefined) return;
    event.preventDefault();
    this.go(to);
  }

  private target(key: string, control: boolean): number | undefined {
    const { active, width } = this;
    const row = active - ((active - this.from) % width);
    switch (key) {
      case 'ArrowRight': return active + 1;
      case 'ArrowLeft': return active - 1;
      case 'ArrowDown': return active + width < this.places ? active + width : active;
      case 'ArrowUp': return active >= width ? active - width : active;
      case 'PageDown': return active + width * this.rows.page;
      case 'PageUp': return active - width * this.rows.page;
      case 'Home': return control ? 0 : row;
      case 'End': return control ? this.places - 1 : row + width - 1;
      case 'Enter':
        this.toTree();
        return undefined;
      default: return undefined;
    }
  }

  /** Shows the bytes of a node that was selected elsewhere. */
  private show(node: Node | undefined, offset?: number): void {
    if (node?.base === this.strip.base && this.places > 0) this.move(Math.max(0, Math.min((offset ?? node.at) - this.strip.start, this.places - 1)));
    this.dressAll();
  }

  private point(node: Node | undefined): void {
    this.pointed = node;
    this.dressAll();
  }
}

// The tree of parts and fields. Keys are those of the ARIA tree pattern.
import { quote } from '../annotate/item.js';
import { el, set } from './dom.js';
import type { Node, Outline } from './outline.js';
import type { Selection } from './selection.js';
import { VirtualRows } from './virtual.js';

/** Open from the start: parts, and records as far as these are few. */
const OPEN_LEVEL = 1;

export class Tree {
  readonly element: HTMLElement;
  private readonly rows: VirtualRows;
  private readonly open = new Set<number>();
  private shown: Node[] = [];
  private pointed = -1;

  constructor(private readonly outline: Outline, private readonly selection: Selection, private readonly faults: ReadonlyMap<number, string>, private readonly toBytes: (node: Node) => void) {
    const content = el('div', { class: 'rows', role: 'tree', 'aria-label': 'Parts and fields' });
    this.element = el('div', { class: 'tree scroller' }, content);
    for (const node of outline.nodes) if (node.level <= OPEN_LEVEL && node.children) this.open.add(node.id);
    this.rows = new VirtualRows(this.element, content, (index) => this.row(index));
    content.addEventListener('click', (event) => this.click(event));
    content.addEventListener('keydown', (event) => this.key(event));
    content.addEventListener('focusin', (event) => this.focused(event));
    content.addEventListener('pointerover', (event) => selection.point(this.nodeOf(event), this));
    content.addEventListener('pointerleave', () => selection.point(undefined, this));
    selection.onSelect((node, from) => { if (from !== this) this.show(node); });
    selection.onPoint((node) => this.point(node));
  }

  /** To be called once the tree is in the page, and when its size has changed. */
  layout(): void {
    this.shown = this.outline.nodes.filter((node) => this.visible(node));
    this.rows.setCount(this.shown.length);
  }

  private visible(node: Node): boolean {
    for (let up = node.parent; up >= 0; up = this.outline.nodes[up].parent) if (!this.open.has(up)) return false;
    return true;
  }

  private row(index: number): HTMLElement {
    const node = this.shown[index];
    const { item } = node;
    const fault = this.faults.get(node.id);
    const row = el('div', {
      class: `row node level-${Math.min(node.level, 8)} tint-${node.id % 6}`, role: 'treeitem', 'data-node': node.id, 'aria-level': node.level,
      'aria-expanded': node.children ? String(this.open.has(node.id)) : undefined, 'aria-selected': String(this.selection.node?.id === node.id),
      // Most siblings may be out of sight.
      'aria-posinset': node.position, 'aria-setsize': node.parent < 0 ? this.outline.roots : this.outline.nodes[node.parent].children,
      tabindex: index === this.rows.active ? 0 : -1,
    });
    row.append(el('span', { class: 'twist', 'aria-hidden': 'true' }, node.children ? (this.open.has(node.id) ? '▾' : '▸') : ''));
    row.append(el('span', { class: 'swatch', 'aria-hidden': 'true' }), el('span', { class: 'name' }, node.name));
    // In front of what may be cut off.
    if (fault) row.append(' ', el('span', { class: 'fault' }, `✗ ${fault}`));
    if (item?.value) row.append(' ', el('span', { class: 'value' }, item.quoted ? quote(item.value) : item.value));
    if (item?.note) row.append(' ', el('span', { class: 'note' }, item.note));
    if (item?.problem) row.append(' ', el('span', { class: 'problem' }, `⚠ ${item.problem}`));
    row.classList.toggle('pointed', node.id === this.pointed);
    return row;
  }

  private nodeOf(event: Event): Node | undefined {
    const row = (event.target as Element).closest<HTMLElement>('[data-node]');
    return row ? this.outline.nodes[Number(row.dataset.node)] : undefined;
  }

  private click(event: Event): void {
    const node = this.nodeOf(event);
    if (!node) return;
    if (node.children && (event.target as Element).closest('.twist')) this.toggle(node);
    this.go(this.shown.indexOf(node));
  }

  private toggle(node: Node, open = !this.open.has(node.id)): void {
    if (open) this.open.add(node.id);
    else this.open.delete(node.id);
    this.layout();
  }

  private focused(event: Event): void {
    const node = this.nodeOf(event);
    if (node && node !== this.selection.node) this.choose(node);
  }

  private choose(node: Node): void {
    this.selection.select(node, this);
    this.mark();
  }

  private go(index: number): void {
    const node = this.shown[index];
    if (!node) return;
    this.setActive(index);
    this.choose(node);
    this.rows.activate(index);
  }

  private setActive(index: number): void {
    const before = this.rows.row(this.rows.active);
    if (before) before.tabIndex = -1;
    this.rows.active = index;
    this.rows.reveal(index);
    const row = this.rows.row(index);
    if (row) row.tabIndex = 0;
  }

  private mark(): void {
    for (const row of this.rows.all()) set(row, { 'aria-selected': String(Number(row.dataset.node) === this.selection.node?.id) });
  }

  private key(event: KeyboardEvent): void {
    const index = this.rows.active;
    const node = this.shown[index];
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.target(event.key, index, node);
    if (to === undefined) return;
    event.preventDefault();
    if (to >= 0) this.go(Math.min(to, this.shown.length - 1));
  }

  /** Where a key leads; -1 where it leads nowhere, undefined where it is none of ours. */
  private target(key: string, index: number, node: Node): number | undefined {
    switch (key) {
      case 'ArrowDown': return index + 1;
      case 'ArrowUp': return Math.max(0, index - 1);
      case 'PageDown': return index + this.rows.page;
      case 'PageUp': return Math.max(0, index - this.rows.page);
      case 'Home': return 0;
      case 'End': return this.shown.length - 1;
      case 'ArrowRight':
        if (!node.children) return -1;
        if (this.open.has(node.id)) return index + 1;
        this.toggle(node, true);
        return -1;
      case 'ArrowLeft':
        if (node.children && this.open.has(node.id)) {
          this.toggle(node, false);
          return -1;
        }
        return node.parent < 0 ? -1 : this.shown.indexOf(this.outline.nodes[node.parent]);
      case 'Enter': case ' ':
        this.toBytes(node);
        return -1;
      default: return undefined;
    }
  }

  /** Opens what is above a node, and shows it. */
  private show(node: Node | undefined): void {
    if (!node) return this.mark();
    let opened = false;
    for (let up = node.parent; up >= 0; up = this.outline.nodes[up].parent) {
      if (!this.open.has(up)) opened = true;
      this.open.add(up);
    }
    if (opened) this.layout();
    this.setActive(this.shown.indexOf(node));
    this.mark();
  }

  focus(): void {
    this.rows.activate(this.rows.active);
  }

  private point(node: Node | undefined): void {
    this.pointed = node?.id ?? -1;
    for (const row of this.rows.all()) row.classList.toggle('pointed', Number(row.dataset.node) === this.pointed);
  }
}

// One part, taken apart: tree and bytes side by side, and what they say of what is selected.
import type { PartView } from '../engine/protocol.js';
import type { Fault } from '../port.js';
import { Bytes } from './bytes.js';
import { detail } from './detail.js';
import { el } from './dom.js';
import { baseOf, Outline, type Node } from './outline.js';
import { Selection } from './selection.js';
import { Tree } from './tree.js';

export class Workspace {
  readonly element: HTMLElement;
  private readonly outline: Outline;
  private readonly selection = new Selection();
  private readonly tree: Tree;
  private readonly strips: Bytes[];
  private readonly watcher = new ResizeObserver(() => this.layout());
  private width = 0;

  constructor(private readonly view: PartView) {
    this.outline = new Outline(view.sections);
    const faults = faultsOf(view);
    const marks = new Map<number, string>();
    for (const fault of faults) {
      const node = this.outline.place(fault);
      if (node) marks.set(node.id, fault.code);
    }
    this.tree = new Tree(this.outline, this.selection, marks, (node) => this.toBytes(node));
    this.strips = this.outline.strips.map((strip) => new Bytes(
      strip, this.outline, this.selection, new Set(faults.filter((fault) => baseOf(fault) === strip.base).map((fault) => fault.offset)), () => this.tree.focus(),
    ));
    const details = el('div', { class: 'detail' });
    const tell = (node: Node | undefined, offset?: number) => details.replaceChildren(...detail(this.outline, node, offset));
    tell(undefined);
    this.selection.onSelect((node, _, offset) => tell(node, offset));
    this.selection.onPoint((node) => tell(node ?? this.selection.node));
    const columns = [el('div', { class: 'column' }, this.tree.element, details), el('div', { class: 'column' }, ...this.strips.map((one) => one.element))];
    this.element = el('div', { class: 'workspace' }, ...columns);
  }

  /** To be called once the element is in the page. */
  start(): void {
    this.layout();
    this.watcher.observe(this.element);
    const fault = faultsOf(this.view)[0];
    if (fault) this.selection.select(this.outline.place(fault), this, fault.offset);
  }

  end(): void {
    this.watcher.disconnect();
  }

  private layout(): void {
    const width = this.element.clientWidth;
    if (width === this.width) return;
    this.width = width;
    this.tree.layout();
    for (const strip of this.strips) strip.layout();
  }

  private toBytes(node: Node): void {
    const index = this.outline.strips.findIndex((strip) => strip.base === node.base);
    this.strips[index]?.goTo(node.at);
  }

  /** Goes to the byte that the verdict is about. */
  goToFault(): void {
    const fault = faultsOf(this.view)[0];
    const index = fault ? this.outline.strips.findIndex((strip) => strip.base === baseOf(fault)) : -1;
    if (index >= 0) this.strips[index].goTo(fault.offset);
  }

  /** Shows a record, in tree and bytes. */
  showRecord(index: number): void {
    const node = this.outline.nodes.find((one) => one.name === `record ${index}` && one.level === 2);
    if (!node) return;
    this.selection.select(node, this);
    this.tree.focus();
  }
}

/** The fault of the frame, or those of its records. */
function faultsOf({ part, records }: PartView): readonly Fault[] {
  if (part.what !== 'frame') return [];
  return part.fault ? [part.fault] : records.flatMap((row) => (row.fault ? [row.fault] : []));
}

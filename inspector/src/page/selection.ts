// What is selected and what the pointer is over: the tree and the bytes both show it, and both change it.
import type { Node } from './outline.js';

type Listener = (node: Node | undefined, from: unknown, offset?: number) => void;

export class Selection {
  node: Node | undefined;
  private readonly selected: Listener[] = [];
  private readonly pointed: Listener[] = [];

  onSelect(listener: Listener): void { this.selected.push(listener); }
  onPoint(listener: Listener): void { this.pointed.push(listener); }

  /** `from` is who changes it, and `offset` the byte, where it was one. */
  select(node: Node | undefined, from: unknown, offset?: number): void {
    this.node = node;
    for (const listener of this.selected) listener(node, from, offset);
  }

  point(node: Node | undefined, from: unknown): void {
    for (const listener of this.pointed) listener(node, from);
  }
}

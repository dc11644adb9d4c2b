// The sections and items of a part as one tree, and which node each byte belongs to.
import type { Base, Item, Section } from '../annotate/item.js';
import { ERRORS, type Fault } from '../port.js';

export interface Node {
  readonly id: number;
  readonly base: Base;
  readonly name: string;
  readonly item?: Item;
  /** Bytes [at, end), with those of the nodes below it. */
  readonly at: number;
  end: number;
  readonly level: number;
  readonly parent: number;
  /** Which of its siblings it is, from 1. */
  readonly position: number;
  children: number;
}

/** Bytes of which offsets count from one place. */
export interface Strip {
  readonly base: Base;
  readonly title: string;
  readonly start: number;
  readonly bytes: Uint8Array;
  /** The node of each byte; -1 for none. */
  readonly owners: Int32Array;
}

const TITLES: Readonly<Record<Base, string>> = { file: 'Bytes of the file', frame: 'Bytes of the frame', raw: 'Body after decompression' };

export class Outline {
  readonly nodes: Node[] = [];
  readonly strips: Strip[] = [];
  /** Nodes without a parent. */
  roots = 0;

  constructor(sections: readonly Section[]) {
    for (const base of ['file', 'frame', 'raw'] as const) {
      const own = sections.filter((section) => section.base === base);
      if (own.length) this.strips.push(stripOf(base, own));
    }
    for (const section of sections) this.section(section);
  }

  private section(section: Section): void {
    const end = section.inside ? Math.max(0, ...section.items.map((item) => item.at + item.len)) : section.start + section.bytes.length;
    const at = section.inside ? Math.min(end, ...section.items.map((item) => item.at)) : section.start;
    const path = [this.add({ base: section.base, name: section.title, at, end, level: 1, parent: -1 })];
    const shallowest = section.inside ? 1 : 0;
    const strip = this.strips.find((one) => one.base === section.base)!;
    for (const item of section.items) {
      const level = item.depth - shallowest + 2;
      path.length = level - 1;
      const parent = path[level - 2].id;
      const node = this.add({ base: section.base, name: item.name, item, at: item.at, end: item.at + item.len, level, parent });
      for (const above of path.slice(1)) above.end = Math.max(above.end, node.end);
      path.push(node);
      strip.owners.fill(node.id, node.at - strip.start, node.end - strip.start);
    }
  }

  private add(node: Omit<Node, 'id' | 'children' | 'position'>): Node {
    const position = node.parent >= 0 ? ++this.nodes[node.parent].children : ++this.roots;
    const made = { ...node, id: this.nodes.length, children: 0, position };
    this.nodes.push(made);
    return made;
  }

  strip(base: Base): Strip | undefined {
    return this.strips.find((one) => one.base === base);
  }

  /** The node of a byte. */
  owner(base: Base, offset: number): Node | undefined {
    const strip = this.strip(base);
    return strip && this.nodes[strip.owners[offset - strip.start] ?? -1];
  }

  /** The node that a fault is about: that of its byte, or the last one where it lies behind the end. */
  place(fault: Fault): Node | undefined {
    const base = baseOf(fault);
    const own = this.nodes.filter((node) => node.base === base && node.at <= fault.offset);
    return this.owner(base, fault.offset) ?? own.at(-1) ?? this.nodes[0];
  }
}

/** What the offset of a fault counts from. */
export function baseOf(fault: Fault): Base {
  const counts = ERRORS[fault.code].counts;
  return counts === 'raw' || counts === 'file' ? counts : 'frame';
}

function stripOf(base: Base, sections: readonly Section[]): Strip {
  const parts = sections.filter((section) => !section.inside);
  const start = parts[0].start;
  const length = Math.max(...parts.map((part) => part.start + part.bytes.length)) - start;
  const bytes = new Uint8Array(length);
  for (const part of parts) bytes.set(part.bytes, part.start - start);
  return { base, title: TITLES[base], start, bytes, owners: new Int32Array(length).fill(-1) };
}

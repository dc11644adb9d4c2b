// What there is to say of the selected bytes.
import { packedValueAt } from '../annotate/value.js';
import { el, grouped } from './dom.js';
import type { Node, Outline } from './outline.js';

export function detail(outline: Outline, node: Node | undefined, offset: number | undefined): (globalThis.Node | string)[] {
  if (!node) return [el('p', { class: 'note' }, 'Point at a byte or a field, or choose one.')];
  const { item } = node;
  const length = node.end - node.at;
  const range = length > 1 ? `bytes ${grouped(node.at)}–${grouped(node.end - 1)} (${grouped(length)})` : length ? `byte ${grouped(node.at)}` : `no bytes, at ${grouped(node.at)}`;
  const head = el('p', { class: 'what' }, el('strong', {}, path(outline, node)), ' ', el('span', { class: 'note' }, range));
  const parts: HTMLElement[] = [head];
  if (item?.value) parts.push(el('p', { class: 'value' }, item.value));
  const value = offset === undefined ? undefined : valueAt(outline, node, offset);
  if (value) parts.push(el('p', {}, `value ${grouped(value.index)} of the column: `, el('code', {}, value.text)));
  if (item?.note) parts.push(el('p', { class: 'note' }, item.note));
  if (item?.problem) parts.push(el('p', { class: 'problem' }, `⚠ ${item.problem}`));
  return parts;
}

/** The names from the part down to the node. */
function path(outline: Outline, node: Node): string {
  const names: string[] = [];
  for (let one: Node | undefined = node; one; one = outline.nodes[one.parent]) names.unshift(one.name);
  return names.join(' › ');
}

function valueAt(outline: Outline, node: Node, offset: number): { index: number; text: string } | undefined {
  const packed = node.item?.packed;
  const strip = outline.strip(node.base);
  if (!packed || !strip || offset < packed.at) return undefined;
  return packedValueAt(strip.bytes, packed.at - strip.start, node.end - strip.start, packed.type, offset - strip.start);
}

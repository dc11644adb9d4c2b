// Tables, and pages of long ones.
import { button, counted, el, grouped } from './dom.js';

/** A table of which each row is a list of cells. It scrolls sideways by itself, and can be reached by keys for that. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly (Node | string)[])[]): HTMLElement {
  const head = el('tr', {}, ...heads.map((text) => el('th', { scope: 'col' }, text)));
  const body = rows.map((cells) => el('tr', {}, ...cells.map((cell, i) => (i === 0 ? el('th', { scope: 'row' }, cell) : el('td', {}, cell)))));
  const made = el('table', {}, el('caption', { class: 'hidden' }, caption), el('thead', {}, head), el('tbody', {}, ...body));
  return el('div', { class: 'wide', role: 'region', 'aria-label': caption, tabindex: 0 }, made);
}

/** Where one is in a long list, with ways on; nothing where all of it is there. */
export function pager(noun: string, from: number, size: number, count: number, go: (from: number) => void): HTMLElement {
  if (count <= size) return el('span', { class: 'note' }, counted(count, noun));
  const last = Math.min(count, from + size);
  return el('nav', { class: 'pager', 'aria-label': `Pages of ${noun}s` },
    button('Previous', () => go(Math.max(0, from - size)), { disabled: from === 0 }),
    el('span', {}, `${grouped(from + 1)}–${grouped(last)} of ${counted(count, noun)}`),
    button('Next', () => go(from + size), { disabled: last === count }));
}

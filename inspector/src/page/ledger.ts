// The account of each lane: seen + declared + unreadable + lost are its numbers (loss.md).
import type { Overview } from '../engine/protocol.js';
import type { LedgerVerdict } from '../port.js';
import { el, grouped } from './dom.js';
import { verdictMeaning, verdictText } from './faults.js';
import { table } from './table.js';

export function ledgerTable({ accounts, ends }: Overview, said: readonly LedgerVerdict[]): HTMLElement {
  const heads = ['producer', 'lane', 'epoch', 'first', 'last', 'seen', 'declared', 'unreadable', 'lost', 'tail'];
  const rows = accounts.map((a) => [
    el('code', {}, a.producerId), ...[a.lane, a.epoch].map(String), ...[a.first, a.last, a.seen, a.declared, a.unreadable].map(grouped),
    a.lost ? el('strong', {}, grouped(a.lost)) : '0', a.tail,
  ]);
  const made = el('div', {}, meanings(said, 'Of this frame it says'));
  made.append(accounts.length ? table('Accounts of the lanes', heads, rows) : el('p', { class: 'note' }, 'No frame that could be counted.'));
  made.append(meanings(ends, 'At the end of the input'));
  return made;
}

/** What each verdict means. The same verdict on several lanes is explained once. */
function meanings(said: readonly LedgerVerdict[], where: string): HTMLElement {
  const seen = new Set<string>();
  const items = said.filter((one) => !seen.has(verdictText(one)) && seen.add(verdictText(one)))
    .map((one) => el('li', {}, el('span', { class: 'badge' }, verdictText(one)), ' ', verdictMeaning(one.verdict)));
  return items.length ? el('div', { class: 'meanings' }, el('p', {}, `${where}:`), el('ul', {}, ...items)) : el('div');
}

// What was found in what was loaded, in its order.
import { PARTS, type Overview, type Part } from '../engine/protocol.js';
import { button, counted, el, grouped } from './dom.js';
import { faultText, verdictMeaning, verdictText } from './faults.js';
import { pager, table } from './table.js';

/** The verdict on a part in a few words. */
export function partVerdict(part: Part): string {
  switch (part.what) {
    case 'header': return 'Header of a file';
    case 'skipped': return `Skipped: ${part.fault!.code}`;
    case 'tail': return `Torn tail: ${faultText(part.fault!)}`;
    case 'refused': return `Refused: ${faultText(part.fault!)}`;
    default: return part.fault ? `Rejected: ${faultText(part.fault)}` : accepted(part);
  }
}

function accepted({ records, rejectedRecords, range }: Part): string {
  const of = `${counted(records, 'record')}, sequence ${range}`;
  return rejectedRecords ? `Accepted: ${of}; ${counted(rejectedRecords, 'record')} rejected` : `Accepted: ${of}`;
}

/** One sentence on all that was loaded. */
export function overviewText(overview: Overview): string {
  const { inputs, accepted: good, rejected, skipped, records, rejectedRecords } = overview;
  const said = [`${counted(good, 'frame')} accepted, with ${counted(records, 'record')}`];
  if (rejectedRecords) said.push(`${counted(rejectedRecords, 'record')} rejected`);
  if (rejected) said.push(`${grouped(rejected)} rejected`);
  if (skipped) said.push(`${counted(skipped, 'range')} skipped`);
  const lost = overview.accounts.reduce((sum, account) => sum + account.lost, 0);
  if (lost) said.push(`${counted(lost, 'sequence number')} lost`);
  return `${inputs.length > 1 ? `${inputs.length} inputs: ` : ''}${said.join('; ')}`;
}

/** The mark in front of a verdict: it tells what the colour tells. */
export function partMark(part: Part): HTMLElement {
  const [mark, kind] = part.what === 'header' ? ['·', 'plain'] : part.fault ? ['✗', 'bad'] : part.rejectedRecords ? ['!', 'doubtful'] : ['✓', 'good'];
  return el('span', { class: `mark ${kind}`, 'aria-hidden': 'true' }, mark);
}

export function partsTable(
  overview: Overview, parts: readonly Part[], from: number, shown: number, go: (from: number) => void, show: (index: number) => void,
): HTMLElement {
  const several = overview.inputs.length > 1;
  const heads = ['part', ...(several ? ['input'] : []), 'bytes', 'verdict', 'ledger'];
  const rows = parts.map((part, i) => {
    const index = from + i;
    const open = button(String(index + 1), () => show(index), { class: 'plain', 'aria-label': `part ${index + 1}: show it`, 'aria-current': index === shown ? 'true' : undefined });
    return [
      open, ...(several ? [overview.inputs[part.input].name] : []), `${grouped(part.start)}–${grouped(part.end)}`,
      el('span', {}, partMark(part), ' ', partVerdict(part)), ledgerCell(part),
    ];
  });
  return el('div', {}, pager('part', from, PARTS, overview.parts, go), table('Parts in their order', heads, rows));
}

function ledgerCell({ ledger }: Part): HTMLElement {
  const said = ledger.map((one) => el('span', { class: 'badge', title: verdictMeaning(one.verdict) }, verdictText(one)));
  return el('span', {}, ...said.flatMap((badge, i) => (i ? [' ', badge] : [badge])));
}

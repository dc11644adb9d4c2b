// Errors in words, with the clause of the specification that they are about.
import { clauses, lints, verdicts } from 'made:texts';
import type { LedgerVerdict } from '../port.js';
import { ERRORS, type Fault } from '../port.js';
import { el, prose } from './dom.js';
import { baseOf } from './outline.js';

const PLACES = { frame: 'of the frame', raw: 'of the body', file: 'of the file' };

/** BODY_CRC at byte 12 of the frame (FRM-007) */
export function faultText(fault: Fault): string {
  const { code, offset, requirement } = fault;
  return `${code} at byte ${offset} ${PLACES[baseOf(fault)]}${requirement && ` (${requirement})`}`;
}

const CLASSES: Readonly<Record<string, string>> = {
  corrupt: 'bytes were changed or cut', unsupported: 'a newer reader may manage', limit: 'this reader was told to refuse it',
  'producer-bug': 'the bytes are as the writer made them, and wrong', usage: 'the caller of a writer made a mistake',
};

/** The meaning of a code, its class, and the clause. */
export function faultDetails(fault: Fault): HTMLElement {
  const { text, class: kind } = ERRORS[fault.code];
  return el('div', { class: 'clause' }, el('p', {}, text, ' ', el('span', { class: 'note' }, `Class ${kind}: ${CLASSES[kind] ?? kind}.`)), clause(fault.requirement));
}

function clause(id: string): HTMLElement {
  const found = clauses[id];
  if (!found) return el('span');
  const cite = el('footer', {}, el('cite', {}, `${id}, ${found.file}`));
  return el('blockquote', {}, el('p', {}, prose(found.text)), cite);
}

export function lintText(lint: string): string {
  return lints[lint] ?? '';
}

export function verdictText({ verdict, arg }: LedgerVerdict): string {
  return arg === undefined ? verdict : `${verdict} ${arg}`;
}

export function verdictMeaning(verdict: string): string {
  return verdicts[verdict] ?? '';
}

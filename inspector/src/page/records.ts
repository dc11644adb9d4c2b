// The records of a frame as a table.
import { RECORDS, type PartView, type RecordRow } from '../engine/protocol.js';
import { button, el } from './dom.js';
import { faultText } from './faults.js';
import { pager, table } from './table.js';

const NAMES = ['thread', 'node', 'run', 'task'];
const LINKS = ['parent', 'trace_id', 'span_id'];

/** `go` asks for the records from an index on, `show` for the bytes of one. */
export function recordsTable(view: PartView, go: (first: number) => void, show: (index: number) => void): HTMLElement {
  // A column that nothing is in says nothing.
  const used = (names: readonly string[]) => names.filter((name) => view.records.some((row) => row.texts[name] !== undefined));
  const names = used(NAMES);
  const links = used(LINKS);
  const heads = ['record', 'sequence', 'kind', 'time', ...names, 'payload', ...links.map((name) => name.replace('_', ' '))];
  const rows = view.records.map((row) => [
    button(String(row.index), () => show(row.index), { 'aria-label': `record ${row.index}: show its bytes`, class: 'plain' }),
    row.sequence, el('span', {}, row.kindName, ' ', el('span', { class: 'note' }, String(row.kind))), time(row.timeUs),
    ...names.map((name) => row.texts[name] ?? ''), payload(row), ...links.map((name) => link(row.texts[name] ?? '')),
  ]);
  const pages = pager('record', view.firstRecord, RECORDS, view.part.records, go);
  return el('div', {}, pages, table('Records of the frame', heads, rows));
}

/** An id, or as much of it as tells it from others. */
function link(text: string): HTMLElement {
  return text.length > 20 ? el('code', { title: text }, `${text.slice(0, 8)}…${text.slice(-4)}`) : el('span', {}, text);
}

function payload(row: RecordRow): HTMLElement {
  if (!row.fault) return el('code', { class: 'payload' }, row.payload ?? '');
  return el('span', { class: 'fault' }, `✗ rejected: ${faultText(row.fault)}`);
}

/** Microseconds since 1970 as people write it. */
function time(us: string): HTMLElement {
  const padded = us.padStart(7, '0');
  const date = new Date(Number(padded.slice(0, -6)) * 1000);
  const text = Number.isNaN(date.getTime()) ? us : `${date.toISOString().slice(0, 19).replace('T', ' ')}.${padded.slice(-6)}`;
  return el('time', { title: `${us} µs since 1970, UTC` }, text);
}

// A frame, taken apart, whole or not.
import { BodyTable, MetadataTable, PRELUDE_LEN } from '../port.js';
import { Columns } from './columns.js';
import { ofBytes, type Item, type Section } from './item.js';
import { codecName, preludeSection, readFacts, type Facts } from './prelude.js';
import { recordItems } from './records.js';
import { unpack } from './unpack.js';
import { Walk } from './walk.js';

export interface FrameParts {
  readonly sections: readonly Section[];
  /** Records that the body tells of, and which of them have items. */
  readonly recordCount: number;
  readonly firstRecord: number;
}

/** The sections of a frame; of its records, `count` from `first` on. */
export function annotateFrame(frame: Uint8Array, first: number, count: number): FrameParts {
  const facts = readFacts(frame);
  const body = PRELUDE_LEN + facts.metadataLen;
  const end = Math.min(frame.length, body + facts.bodyLen);
  const sections = [preludeSection(frame)];
  if (frame.length > PRELUDE_LEN && facts.metadataLen > 0) sections.push(metadataSection(frame, facts));
  const raw = unpack(facts.codec, frame, body, end, facts.rawLen);
  if (body < end) sections.push(storedSection(frame, body, end, facts, raw !== undefined));
  if (frame.length > PRELUDE_LEN && frame.length > body + facts.bodyLen) sections.push(trailingSection(frame, end));
  if (!raw) return { sections, recordCount: 0, firstRecord: 0 };
  const columns = new Columns(raw);
  const time = baseTimeUs(sections);
  const records = recordItems(columns, facts.baseSequence, time, first, count);
  sections.push(bodySection(raw, columns));
  if (columns.count > 0) sections.push({ title: 'records', base: 'raw', start: 0, bytes: raw, items: records, inside: true });
  return { sections, recordCount: columns.count, firstRecord: first };
}

function metadataSection(frame: Uint8Array, { metadataLen }: Facts): Section {
  const to = Math.min(frame.length, PRELUDE_LEN + metadataLen);
  const walk = new Walk(frame, 0);
  walk.message(MetadataTable, PRELUDE_LEN, to, 0);
  const title = `metadata (${ofBytes(to - PRELUDE_LEN, metadataLen)})`;
  return { title, base: 'frame', start: PRELUDE_LEN, bytes: frame.subarray(PRELUDE_LEN, to), items: walk.items };
}

function storedSection(frame: Uint8Array, at: number, end: number, facts: Facts, opens: boolean): Section {
  const item: Item = {
    at, len: end - at, depth: 0, name: 'body', value: ofBytes(end - at, facts.bodyLen),
    note: codecName(facts.codec) ?? `codec ${facts.codec}`, ...(opens ? {} : { problem: 'nothing comes out of it' }),
  };
  return { title: 'body as stored', base: 'frame', start: at, bytes: frame.subarray(at, end), items: [item] };
}

function trailingSection(frame: Uint8Array, at: number): Section {
  const len = frame.length - at;
  const item: Item = { at, len, depth: 0, name: 'trailing', value: '', note: '', problem: 'after the end of the frame' };
  return { title: `after the frame (${len} bytes)`, base: 'frame', start: at, bytes: frame.subarray(at), items: [item] };
}

function bodySection(raw: Uint8Array, columns: Columns): Section {
  const walk = new Walk(raw, 0, columns.strings);
  walk.message(BodyTable, 0, raw.length, 0);
  return { title: `body (${raw.length} bytes)`, base: 'raw', start: 0, bytes: raw, items: numberStrings(walk.items) };
}

/** Puts beside each string the ref that it goes by. */
function numberStrings(items: readonly Item[]): readonly Item[] {
  let ref = 0;
  return items.map((item) => (item.depth === 0 && item.name === 'strings' ? { ...item, note: `${item.note}, ref ${++ref}` } : item));
}

/** The time that the metadata gives, as far as it can be read. */
function baseTimeUs(sections: readonly Section[]): bigint {
  const item = sections.flatMap((section) => section.items).find((one) => one.depth === 0 && one.name === 'base_time_us');
  return item && /^\d+$/.test(item.value) ? BigInt(item.value) : 0n;
}

// What an annotation is made of. Names and ranges are those of `dashstream inspect --json`.

/** Some bytes and what they mean. */
export interface Item {
  /** First byte, counted as the section counts. */
  readonly at: number;
  readonly len: number;
  /** How deep in messages. */
  readonly depth: number;
  readonly name: string;
  /** Its value as a text; empty where there is none to show. */
  readonly value: string;
  /** The value is a text that somebody wrote: it is shown in quotes. */
  readonly quoted?: boolean;
  /** Number and type of the field, the name of a number, and the like. */
  readonly note: string;
  /** What is wrong with it, where that can be seen from here. */
  readonly problem?: string;
  /** The values of a packed field: where they begin, and how one reads them. */
  readonly packed?: Packed;
}

export interface Packed {
  readonly at: number;
  readonly type: string;
}

/** What offsets count from, by the names of the registry of errors. */
export type Base = 'frame' | 'raw' | 'file';

/** A part of a frame or file. */
export interface Section {
  readonly title: string;
  readonly base: Base;
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly items: readonly Item[];
  /** What stands inside of the items of another section: the records, in the payloads. */
  readonly inside?: boolean;
}

/** Items of one section that are made. The bytes behind the last one are shown, without names. */
export const MAX_ITEMS = 20_000;
/** Characters of a text that are kept in an item. */
const MAX_TEXT = 2_000;

export function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** A text in quotes, not longer than a line. */
export function quote(text: string): string {
  const most = 60;
  const letters = [...text.slice(0, 4 * most)];
  const short = letters.length > most || text.length > 4 * most;
  return JSON.stringify(letters.slice(0, most).join('')) + (short ? '...' : '');
}

/** How many bytes are there, and how many there should be. */
export function ofBytes(found: number, announced: number): string {
  return found === announced ? `${found} bytes` : `${found} of ${announced} bytes`;
}

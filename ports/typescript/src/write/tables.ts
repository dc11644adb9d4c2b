// The tables of a body, each entry once, in the order in which it is first needed (tidy form, 5).
import { MAX_STRINGS, MAX_STRING_LEN } from '../generated/registry.js';
import { utf8Length } from '../wire/utf8.js';
import { refuse, refuseInput } from './refuse.js';

/** Halves of surrogate pairs: text that is not Unicode. */
const LONE = /\p{Surrogate}/u;

export function checkText(text: unknown): asserts text is string {
  if (typeof text !== 'string') refuseInput('a text is none');
  if (LONE.test(text as string)) refuseInput('a text is not Unicode');
}

export class StringTable {
  readonly strings: string[] = [];
  private readonly refs = new Map<string, number>();

  /** The ref of a string; 0 where it is absent. */
  ref(text: string | null | undefined): number {
    if (text === undefined || text === null) return 0;
    const known = this.refs.get(text);
    if (known !== undefined) return known;
    checkText(text);
    const length = utf8Length(text);
    // BODY-002: an empty string, or one that is too long.
    if (length === 0 || length > MAX_STRING_LEN) refuse('STRING_TABLE', 'BODY-002');
    // BODY-001: too many.
    if (this.strings.length === MAX_STRINGS) refuse('STRING_TABLE', 'BODY-001');
    this.strings.push(text);
    this.refs.set(text, this.strings.length);
    return this.strings.length;
  }
}

/** Ids of one size. */
export class IdWriter {
  readonly ids: Uint8Array[] = [];
  private readonly refs = new Map<string, number>();

  constructor(private readonly size: number, private readonly requirement: string) {}

  ref(id: Uint8Array): number {
    if (!(id instanceof Uint8Array) || id.length !== this.size) refuseInput(`an id does not have ${this.size} bytes`);
    const key = String.fromCharCode(...id);
    const known = this.refs.get(key);
    if (known !== undefined) return known;
    // BODY-007, BODY-008: an id that is all zero.
    if (id.every((byte) => byte === 0)) refuse('ID_TABLE', this.requirement);
    this.ids.push(id);
    this.refs.set(key, this.ids.length);
    return this.ids.length;
  }
}

import type { Context } from '../generated/messages.js';
import { MAX_CONTEXTS, MAX_CONTEXT_LEN } from '../generated/registry.js';
import { utf8Length } from '../wire/utf8.js';
import type { RecordInput } from './input.js';

/** META-016: the places of the records, each once, as far as 16 reach; for the metadata's `contexts`. */
export function contextsOf(records: readonly RecordInput[]): Context[] {
  const found = new Map<string, Context>();
  for (const { run = '', thread = '', node = '', task = '' } of records) {
    if (found.size === MAX_CONTEXTS) break;
    const lengths = [run, thread, node, task].map(utf8Length);
    // META-012: some text in each, and none too long.
    if (lengths.every((n) => n === 0) || lengths.some((n) => n > MAX_CONTEXT_LEN)) continue;
    const context = { run, thread, node, task };
    found.set(JSON.stringify(context), context);
  }
  return [...found.values()];
}

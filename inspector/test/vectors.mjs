// The vectors of the repository, as the tests here need them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf } from '../scripts/examples.mjs';
import { here } from './browser.mjs';

const root = join(here, '../vectors');

/** Every vector of an operation. None is an error. */
export function vectors(operation) {
  const paths = readdirSync(join(root, 'json'), { recursive: true }).filter((path) => path.endsWith('.json')).sort();
  const found = paths.map((path) => ({ path, ...JSON.parse(readFileSync(join(root, 'json', path), 'utf8')) })).filter((one) => one.operation === operation);
  if (found.length === 0) throw new Error(`vectors/json has none of operation ${operation}`);
  return found;
}

/** The bytes of an input; null for a null value. */
export const inputBytes = ({ bytes }) => (bytes === null ? null : bytesOf(bytes));

/** The lines of a vector's YAML in which bytes are explained: offset, how many, the comment. */
export function explained({ path }) {
  const text = readFileSync(join(root, 'data', path.replace(/json$/, 'yaml')), 'utf8');
  const block = /^ {2}bytes: \|\n((?: {4}.*\n)+)/m.exec(text);
  let at = 0;
  return (block?.[1] ?? '').split('\n').filter(Boolean).map((line) => {
    const [, hex, times = '1', comment = ''] = /^\s*((?:[0-9a-f]{2} ?)*[0-9a-f]{2})(?: \* (\d+))?\s*(?:# (.*))?$/.exec(line) ?? [];
    if (!hex) throw new Error(`${path}: ${line}`);
    const found = { at, len: hex.split(' ').length * Number(times), times: Number(times), comment };
    at += found.len;
    return found;
  });
}

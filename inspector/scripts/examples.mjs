// The examples of the page: vectors, chosen to show what it shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CHOSEN = [
  ['A frame', 'frames', 'body/three-records'],
  ['Compressed with zstd', 'frames', 'codecs/realistic-zstd-level-3'],
  ['A damaged body', 'frames', 'frame/frm-007-last-byte-changed'],
  ['A rejected record', 'frames', 'records/rec-001-bad-record-1'],
  ['Not tidy', 'frames', 'body/body-011-all-one'],
  ['A gap in a lane', 'frames', 'ledger/ledger-drops-and-loss'],
  ['A damaged file', 'file', 'file/file-body-damaged'],
];

/** Bytes of a vector, which are runs of hexadecimal digits. */
export function bytesOf(runs) {
  return Buffer.concat(runs.map(({ hex, times }) => Buffer.from(hex.repeat(times), 'hex')));
}

export function examples(root) {
  return CHOSEN.map(([name, what, path]) => {
    const vector = JSON.parse(readFileSync(join(root, 'vectors/json', `${path}.json`), 'utf8'));
    const frames = vector.input.frames ?? [vector.input];
    return { name, title: vector.title, file: what === 'file', frames: frames.map(({ bytes }) => bytesOf(bytes).toString('base64')) };
  });
}

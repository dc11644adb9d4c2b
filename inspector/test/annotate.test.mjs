// What the page says of bytes, against what the vectors say of them and what `dashstream inspect` does.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { annotateFrame, Engine } from '../dist/for-tests.mjs';
import { here, program } from './browser.mjs';
import { explained, inputBytes, vectors } from './vectors.mjs';

const folder = mkdtempSync(join(tmpdir(), 'inspector-'));
after(() => rmSync(folder, { recursive: true }));

/** Items of all sections of one base, first those of the upper levels. */
const itemsOf = (sections, base) => sections.filter((section) => section.base === base).flatMap((section) => section.items);

/** Whether a line of a vector is right about the item at its place: name, number and wire type. */
function agrees(item, comment) {
  const [, name, number, wire] = /^([a-z0-9_]+)[^:]*: field (\d+), wire type (\d)/.exec(comment) ?? [];
  // Fields that no schema has are named after what they are there for.
  return item.name === name || (item.name === 'unknown field' && item.note === `${number}, wire type ${wire}`);
}

test('each field of a prelude that a vector explains has its name and its place', () => {
  let seen = 0;
  for (const vector of vectors('decode')) {
    const bytes = inputBytes(vector.input);
    if (!bytes || bytes.length < 64) continue;
    const items = itemsOf(annotateFrame(bytes, 0, 0).sections, 'frame');
    for (const { at, len, comment } of explained(vector).filter((line) => line.at < 64)) {
      const item = items.find((one) => one.at <= at && at + len <= one.at + one.len);
      assert.ok(item && comment.startsWith(item.name), `${vector.id}, byte ${at}: ${comment}`);
      seen++;
    }
  }
  assert.ok(seen > 15_000, `${seen} fields`);
});

test('each tag that a vector explains begins an item of that name, where every record is accepted', () => {
  const wrong = [];
  let seen = 0;
  for (const vector of vectors('decode')) {
    const bytes = inputBytes(vector.input);
    // In a record that is rejected, a line may name the field of another kind.
    const records = vector.expect.frame?.records;
    if (!records || records.some((record) => record.error)) continue;
    const { sections } = annotateFrame(bytes, 0, 100);
    const body = 64 + bytes.readUInt16LE(24);
    for (const { at, comment, times } of explained(vector)) {
      const compressed = at >= body && bytes[26] !== 0;
      // `odd` is bytes that are no whole field.
      if (!/: field \d+, wire type/.test(comment) || comment.startsWith('odd') || times > 1 || compressed) continue;
      const place = at < body ? at : at - body;
      const items = itemsOf(sections, at < body ? 'frame' : 'raw').filter((item) => item.at <= place && place < item.at + item.len);
      seen++;
      if (!items.some((item) => item.at === place && agrees(item, comment))) wrong.push(`${vector.id} ${at} ${comment} [${items.map((item) => item.name).join(', ')}]`);
    }
  }
  // Nobody reads the payloads of kinds that are not known.
  assert.deepEqual(wrong.filter((line) => !line.endsWith('opaque]')), []);
  assert.ok(seen > 3_000 && wrong.length < seen / 100, `${seen} tags, of which ${wrong.length} in opaque payloads`);
});

/** What `dashstream inspect --json` says of bytes, a value a line. */
function inspect(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return new Promise((resolve, reject) => {
    execFile(program, ['inspect', '--json', '--records', '100', '--frames', '1000000', path], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(new Error(`${name}: ${stderr || error}`));
      else resolve(stdout.trim().split('\n').map((line) => JSON.parse(line)));
    });
  });
}

/** Does something for each of a list, some at a time. */
async function each(list, work) {
  const rest = [...list];
  const one = async () => { for (let next = rest.shift(); next; next = rest.shift()) await work(next); };
  await Promise.all([one(), one(), one(), one()]);
}

const placed = ({ offset, at = offset, len, depth, name }) => `${' '.repeat(depth)}${name} ${at}+${len}`;

/** Sections as lines; records stand in the section of the body there. */
function lines(sections) {
  return sections.flatMap((section) => [
    ...(section.inside ? [] : [`${section.title} (${section.base ?? section.offset_base}) ${section.start}+${section.bytes?.length ?? section.len}`]),
    ...section.items.map(placed),
  ]);
}

test('the program is there', () => assert.ok(existsSync(program), `${program} is missing: cargo build --release -p dashstream, or DASHSTREAM=PATH`));

/** Codes of frames whose stored body breaks a rule: of these the program shows what libraries make of it, and the page what the port does. */
const BROKEN = new Set(['CODEC_PROFILE', 'DECOMPRESS', 'RAW_LEN']);

test('frames of the vectors have the ranges and names that `dashstream inspect` gives', async () => {
  let compared = 0;
  let inBody = 0;
  await each(vectors('decode'), async (vector) => {
    const bytes = inputBytes(vector.input);
    if (!bytes || bytes.length > 200_000) return;
    const [{ frame }] = await inspect(vector.id, bytes);
    const { sections } = annotateFrame(bytes, 0, 100);
    const whole = !BROKEN.has(vector.expect.error?.code);
    const chosen = (list, base) => list.filter((section) => whole || base(section) === 'frame');
    assert.deepEqual(lines(chosen(sections, (one) => one.base)), lines(chosen(frame.sections, (one) => one.offset_base)), vector.id);
    compared++;
    if (whole) inBody++;
  });
  assert.ok(compared > 1_100 && inBody > 1_000, `${compared} frames, of ${inBody} the body`);
});

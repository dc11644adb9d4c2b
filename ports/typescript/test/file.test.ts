import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  DashStreamError, encodeFrame, FrameFileReader, FrameFileReopener, fileReport, FrameFileWriter, stringifyJson, type FileEvent,
} from '../src/index.js';
import { FrameFile, readFrameFile } from '../src/node.js';
import { preludeCrc } from '../src/prelude.js';
import { randomContent } from './support/content.js';
import { CASES, Random, SEED } from './support/random.js';

function fileOf(frames: Uint8Array[]): Uint8Array {
  const { writer, header } = FrameFileWriter.begin();
  return Buffer.concat([header, ...frames.map((frame) => writer.entry(frame))]);
}

function read(bytes: Uint8Array, cut: () => number): FileEvent[] | string {
  const reader = new FrameFileReader();
  const events: FileEvent[] = [];
  try {
    for (let at = 0; at < bytes.length;) {
      const length = cut();
      events.push(...reader.push(bytes.subarray(at, at + length)));
      at += length;
    }
    return [...events, ...reader.finish()];
  } catch (error) {
    assert.ok(error instanceof DashStreamError, String((error as Error).stack));
    return error.code;
  }
}

/** FILE-004: header, accepted entries and skipped ranges cover every byte once. */
function checkCover(events: FileEvent[], length: number): void {
  const parts = events.filter((e) => e.what === 'accepted' || e.what === 'skipped').map((e) => [e.start, e.end]).sort((a, b) => a[0] - b[0]);
  let at = 0;
  for (const [start, end] of parts) {
    // Only the header is not told of.
    assert.ok(start === at || (at <= 8 && start <= 28), `a hole from ${at} to ${start}`);
    at = end;
  }
  assert.ok(at === length || (parts.length === 0 && length <= 28) || at <= 8, `told of ${at} of ${length} bytes`);
}

test(`a_file_is_read_alike_however_it_is_cut, seed ${SEED}`, () => {
  const random = new Random(SEED);
  for (let i = 0; i < CASES / 20; i++) {
    const bytes = fileOf(Array.from({ length: random.below(5) }, () => encodeFrame(randomContent(random))));
    for (let k = random.below(4); k > 0; k--) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    const file = random.below(3) ? bytes : bytes.subarray(0, random.below(bytes.length + 1));
    const whole = read(file, () => file.length);
    const pieces = read(file, () => 1 + random.below(300));
    if (typeof whole === 'string') assert.equal(pieces, whole);
    else {
      assert.equal(stringifyJson(fileReport(pieces as FileEvent[])), stringifyJson(fileReport(whole)));
      checkCover(whole, file.length);
    }
  }
});

test('a_file_reader_holds_one_frame', () => {
  const frame = encodeFrame(randomContent(new Random(SEED)));
  const bytes = fileOf(Array<Uint8Array>(200).fill(frame));
  // Damage in the middle, so that it also looks for the next entry.
  bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 2000);
  const reader = new FrameFileReader();
  const held = () => (reader as unknown as { window: { held: Uint8Array } }).window.held.length;
  for (let at = 0; at < bytes.length; at += 100) {
    reader.push(bytes.subarray(at, at + 100));
    // The buffer doubles as it grows.
    assert.ok(held() <= Math.max(1024, 2 * (frame.length + 96 + 100)), `${held()}`);
  }
});

test('every_file_has_its_own_marker', () => {
  assert.notDeepEqual(FrameFileWriter.begin().writer.marker, FrameFileWriter.begin().writer.marker);
});

test('only_whole_frames_become_entries', () => {
  const { writer } = FrameFileWriter.begin();
  const frame = encodeFrame(randomContent(new Random(SEED)));
  assert.throws(() => writer.entry(frame.subarray(1)), /BAD_MAGIC/);
  assert.throws(() => writer.entry(frame.subarray(0, -1)), /TRUNCATED/);
  assert.throws(() => writer.entry(Uint8Array.of(...frame, 0)), /TRAILING/);
});

test('reopening_truncates_to_the_last_accepted_frame', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dashstream-'));
  const path = join(folder, 'a.dsf');
  const frames = [5, 6].map((seed) => encodeFrame(randomContent(new Random(seed))));
  const [one, two] = frames.sort((a, b) => a.length - b.length);
  const append = async (frame: Uint8Array) => {
    const file = await FrameFile.open(path);
    await file.append(frame);
    await file.sync();
    await file.close();
  };
  const starts = async () => {
    const found: string[] = [];
    for await (const event of readFrameFile(path)) found.push(event.what);
    return found;
  };
  try {
    await append(one);
    await append(two);
    assert.deepEqual(await starts(), ['accepted', 'accepted']);
    // Cut at the end of the second frame, which is the longer one: nothing of it is left after the next opening.
    await truncate(path, 28 + 16 + one.length + 16 + two.length - 1);
    await append(one);
    assert.deepEqual(await starts(), ['accepted', 'accepted']);
    assert.equal((await readFile(path)).length, 28 + 2 * (16 + one.length));
    // Without a whole header: a new file.
    await truncate(path, 20);
    await append(two);
    assert.deepEqual(await starts(), ['accepted']);
    // What is no file of frames is left alone.
    await writeFile(path, 'something else, which is longer than a header');
    await assert.rejects(append(one), DashStreamError);
    assert.equal((await readFile(path)).length, 45);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** What becomes of a file that is gone on with: its length after that, or why it is refused. */
function reopened(bytes: Uint8Array): number | string {
  const reopener = new FrameFileReopener();
  try {
    for (let at = 0; at < bytes.length; at += 50) reopener.push(bytes.subarray(at, at + 50));
    const found = reopener.finish();
    return found.keep ? found.length : 0;
  } catch (error) {
    assert.ok(error instanceof DashStreamError, String((error as Error).stack));
    return `${error.code} at ${error.offset}`;
  }
}

// FILE-013
test('what_is_not_supported_is_not_cut_off', () => {
  const [one, two, three] = [1, 2, 3].map((seed) => encodeFrame(randomContent(new Random(seed))));
  for (const [at, to, code] of [[1, 2, 'VERSION'], [2, 1, 'CRITICAL_FLAG'], [26, 9, 'CODEC'], [27, 2, 'SCHEMA']] as const) {
    const followed = new Uint8Array(fileOf([one, two, three]));
    const start = 28 + 16 + one.length + 16;
    const newer = followed.subarray(start, start + two.length);
    newer[at] = to;
    new DataView(followed.buffer, start).setUint32(4, preludeCrc(newer, 0), true);
    for (const length of [start + two.length, start + two.length - 1, followed.length - 1]) {
      assert.equal(reopened(followed.subarray(0, length)), `${code} at ${at}`);
    }
    // An accepted frame behind it leaves it where it is.
    assert.equal(reopened(followed), followed.length);
  }
});

// FILE-013
test('a_damaged_header_is_not_written_behind', () => {
  const whole = fileOf([encodeFrame(randomContent(new Random(SEED)))]);
  for (let at = 0; at < 28; at++) {
    const damaged = new Uint8Array(whole);
    damaged[at] ^= 1;
    assert.equal(reopened(damaged), at < 8 ? 'FILE_SIGNATURE at 0' : 'FILE_MARKER at 8');
    // What is shorter than a header is replaced where it can have become one.
    assert.equal(reopened(damaged.subarray(0, at + 1)), at < 8 ? 'FILE_SIGNATURE at 0' : at < 27 ? 0 : 'FILE_MARKER at 8');
    assert.equal(reopened(whole.subarray(0, at)), 0);
  }
});

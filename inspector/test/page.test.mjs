// The page as somebody uses it: by mouse, by keys alone, in light and dark, narrow, with hostile and with large input.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { encodeFrame, Kind } from '../dist/for-tests.mjs';
import { examples } from '../scripts/examples.mjs';
import { accessible } from './accessible.mjs';
import { here, openPage, startBrowser, verdict } from './browser.mjs';
import { inputBytes, vectors } from './vectors.mjs';

const all = Object.fromEntries(examples(join(here, '..')).map((one) => [one.name, one.frames.map((frame) => Buffer.from(frame, 'base64'))]));
const [frame] = all['A frame'];
const [file] = all['A damaged file'];
const ACCEPTED = '✓ Accepted: 3 records, sequence 10–14';

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser.close());

/** A test with a page of its own, which has to stay quiet. */
function withPage(name, options, body) {
  test(name, { timeout: 300_000 }, async () => {
    const opened = await openPage(browser, options);
    try {
      await body(opened.tab);
      opened.quiet();
    } finally {
      await opened.close();
    }
  });
}

const example = async (tab, name) => {
  await tab.getByRole('button', { name, exact: true }).click();
  return verdict(tab);
};

const choose = async (tab, ...files) => {
  await tab.setInputFiles('#files', files.map(([name, buffer]) => ({ name, mimeType: 'application/octet-stream', buffer })));
  return verdict(tab);
};

withPage('digits, base64, dumps and several frames are read', {}, async (tab) => {
  const hex = frame.toString('hex');
  const lines = hex.match(/.{1,32}/g);
  const dump = lines.map((line, i) => `${(16 * i).toString(16).padStart(8, '0')}: ${line.match(/.{1,4}/g).join(' ')}  ................`);
  const canonical = lines.map((line, i) => `${(16 * i).toString(16).padStart(8, '0')}  ${line.match(/../g).join(' ')}  |................|`);
  const commented = readFileSync(join(here, '../spec/example.md'), 'utf8').split('```')[1].replace(/^hex\n/, '');
  for (const text of [hex, hex.toUpperCase(), lines.join('\n'), hex.match(/../g).join(', '), frame.toString('base64'), frame.toString('base64url'), dump.join('\n'), canonical.join('\n'), commented]) {
    await tab.fill('#text', text);
    await tab.getByRole('button', { name: 'Inspect', exact: true }).click();
    assert.equal(await verdict(tab), ACCEPTED, text.slice(0, 100));
  }
  for (const text of [`${hex}\n\n${hex}`, `${hex}\n${hex}`, `${frame.toString('base64')}\n${frame.toString('base64')}`]) {
    await tab.fill('#text', text);
    await tab.getByRole('button', { name: 'Inspect', exact: true }).click();
    assert.match(await verdict(tab), /^✓ Part 1 of 2: Accepted/);
    assert.deepEqual((await tab.locator('#findings .badge').allTextContents()), ['BASELINE 10', 'DUPLICATE']);
  }
});

withPage('a text that is no bytes is refused with the place', {}, async (tab) => {
  for (const [text, said] of [['be 0', /half a byte/], ['be\nxyz!', /Line 2: “!”/], ['', /nothing to inspect/], ['# only an aside', /nothing to inspect/]]) {
    await tab.fill('#text', text);
    await tab.getByRole('button', { name: 'Inspect', exact: true }).click();
    assert.match(await tab.textContent('#status'), said);
    assert.equal(await tab.isVisible('#part'), false);
  }
});

withPage('what is pasted is looked at at once', {}, async (tab) => {
  await tab.evaluate((text) => {
    const area = document.getElementById('text');
    area.focus();
    area.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
    document.execCommand('insertText', false, text);
  }, frame.toString('hex'));
  assert.equal(await verdict(tab), ACCEPTED);
});

withPage('a file is chosen, and dropped', {}, async (tab) => {
  assert.match(await choose(tab, ['a.dsf', file]), /^✗ Part 3 of 5: Rejected: BODY_CRC at byte 12 of the frame/);
  const rows = await tab.locator('#findings tbody tr').allTextContents();
  assert.equal(rows.length, 5);
  assert.match(rows[3], /127–263✗ Skipped: BODY_CRC/);
  await tab.getByRole('button', { name: 'part 1: show it' }).click();
  await tab.getByText('signature', { exact: true }).waitFor();
  await tab.evaluate((bytes) => {
    delete document.documentElement.dataset.shown;
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'dropped'));
    for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }, [...frame]);
  assert.equal(await verdict(tab), ACCEPTED);
  assert.equal(await tab.getAttribute('body', 'class'), '');
});

withPage('an address brings its bytes, and the page offers one', { hash: `#hex=${frame.toString('hex')}` }, async (tab) => {
  assert.equal(await verdict(tab), ACCEPTED);
  const href = await tab.getByRole('link', { name: 'Link to these bytes' }).getAttribute('href');
  assert.equal(href, `#hex=${frame.toString('hex')}`);
  await example(tab, 'A gap in a lane');
  const [, several] = (await tab.getByRole('link', { name: 'Link to these bytes' }).getAttribute('href')).split('=');
  assert.equal(several.split(',').length, 3);
  await tab.evaluate(() => { location.hash = '#hex=be0'; });
  await tab.getByText('The address names no bytes').waitFor();
});

withPage('everything can be done with keys alone', {}, async (tab) => {
  const focused = () => tab.evaluate(() => {
    const { activeElement: one } = document;
    return `${one.getAttribute('role') ?? one.tagName.toLowerCase()} ${one.getAttribute('aria-label') ?? one.querySelector?.('.name')?.textContent ?? one.id}`;
  });
  const tabTo = async (pattern) => {
    for (let i = 0; i < 40; i++) {
      await tab.keyboard.press('Tab');
      if (pattern.test(await focused())) return;
    }
    assert.fail(`Tab does not lead to ${pattern}; it leads to ${await focused()}`);
  };
  await tabTo(/^textarea text$/);
  await tab.keyboard.insertText(frame.toString('hex'));
  await tab.keyboard.press('Control+Enter');
  assert.equal(await verdict(tab), ACCEPTED);
  await tabTo(/^treeitem/);
  assert.equal(await focused(), 'treeitem prelude');
  const keys = async (presses, expected) => {
    for (const key of presses) await tab.keyboard.press(key);
    assert.equal(await focused(), expected, presses.join(' '));
  };
  await keys(['ArrowRight', 'ArrowDown', 'ArrowDown'], 'treeitem critical_flags');
  assert.equal(await tab.locator('[role="gridcell"].selected').count(), 1);
  await keys(['Enter'], 'gridcell 00, offset 2, critical_flags');
  await keys(['ArrowRight', 'ArrowRight', 'ArrowDown'], 'gridcell 00, offset 20, raw_len'.replace('00', '9e'));
  assert.equal(await tab.locator('[role="treeitem"][aria-selected="true"] .name').textContent(), 'raw_len');
  await keys(['Enter'], 'treeitem raw_len');
  await keys(['Home', 'ArrowLeft'], 'treeitem prelude');
  assert.equal(await tab.locator('[role="treeitem"]').first().getAttribute('aria-expanded'), 'false');
  await keys(['ArrowDown'], 'treeitem metadata (28 bytes)');
  // The first byte of record 2 is that of its first field.
  await keys(['End', 'Enter'], 'gridcell 08, offset 153, duration_us');
  await keys(['Control+Home'], 'gridcell 0a, offset 0, strings');
  await keys(['Control+End'], 'gridcell 01, offset 157, status');
  await keys(['Home'], 'gridcell 08, offset 144, request_ref');
  // One stop for a grid, whatever it holds.
  assert.equal(await tab.locator('[role="grid"] [tabindex="0"]').count(), 2);
  assert.equal(await tab.locator('[role="tree"] [tabindex="0"]').count(), 1);
});

withPage('the pointer over a byte shows its field, over a field its bytes', {}, async (tab) => {
  await example(tab, 'A frame');
  await tab.locator('[aria-label^="c7, offset 4"]').hover();
  assert.equal(await tab.locator('.node.pointed .name').textContent(), 'prelude_crc');
  assert.match(await tab.textContent('.detail'), /prelude › prelude_crc bytes 4–7 \(4\)5e46dac7matches/);
  await tab.locator('.node', { hasText: 'producer_id' }).hover();
  assert.equal(await tab.locator('[role="gridcell"].pointed').count(), 16);
  // A column tells which of its values a byte is.
  await tab.locator('[aria-label="de, offset 33, time_delta_us"]').click();
  assert.match(await tab.textContent('.detail'), /value 2 of the column: 495/);
});

withPage('the error is marked at its byte, with the clause', {}, async (tab) => {
  await example(tab, 'A damaged body');
  assert.match(await tab.textContent('blockquote'), /A reader MUST report BODY_CRC at offset 12.*FRM-007, spec\/frame\.md/);
  await tab.getByRole('button', { name: 'Go to the byte' }).click();
  assert.match(await tab.evaluate(() => document.activeElement.getAttribute('aria-label')), /offset 12, body_crc: the error is here$/);
  assert.match(await tab.locator('.node', { hasText: 'body_crc' }).textContent(), /body_crc ✗ BODY_CRC [0-9a-f]{8} does not match ⚠ the bytes have [0-9a-f]{8}/);
  // Behind the last byte.
  await choose(tab, ['cut', frame.subarray(0, 128)]);
  assert.equal(await tab.locator('[role="gridcell"].bad').getAttribute('aria-label'), 'the end of the input: the error is here');
});

withPage('lints, rejected records and ledgers are told', {}, async (tab) => {
  await example(tab, 'Not tidy');
  assert.match(await tab.textContent('.lints'), /not tidy: 1 lint\.EXPLICIT_DEFAULT A singular field/);
  assert.match(await example(tab, 'A rejected record'), /^! Accepted: 4 records, sequence 1–4; 1 record rejected/);
  assert.match(await tab.locator('#records tbody tr').nth(1).textContent(), /✗ rejected: PAYLOAD at byte 16 of the body/);
  await tab.getByRole('button', { name: 'record 1: show its bytes' }).click();
  assert.equal(await tab.evaluate(() => document.activeElement.querySelector('.name').textContent), 'record 1');
  await example(tab, 'A gap in a lane');
  assert.match(await tab.textContent('#findings'), /GAP 2/);
  assert.match(await tab.textContent('.overview'), /3 frames accepted, with 4 records; 2 sequence numbers lost/);
  assert.equal(await tab.locator('#ledger strong').textContent(), '2');
});

withPage('what is saved and copied is the JSON form', { permissions: ['clipboard-read', 'clipboard-write'] }, async (tab) => {
  const vector = vectors('decode').find(({ id }) => id === 'three-records');
  await example(tab, 'A frame');
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('button', { name: 'Save the frame as JSON' }).click()]);
  assert.equal(download.suggestedFilename(), 'frame.json');
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), 'utf8')), vector.expect.frame);
  await tab.getByRole('button', { name: 'Copy the frame as JSON' }).click();
  await tab.getByText('The frame was copied.').waitFor({ state: 'attached' });
  assert.deepEqual(JSON.parse(await tab.evaluate(() => navigator.clipboard.readText())), vector.expect.frame);
  await choose(tab, ['a.dsf', file]);
  const [report] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('button', { name: 'Save the file report as JSON' }).click()]);
  const { accepted, ...rest } = JSON.parse(readFileSync(await report.path(), 'utf8'));
  const { accepted: entries, ...expected } = vectors('file').find(({ id }) => id === 'file-body-damaged').expect;
  assert.deepEqual(rest, expected);
  assert.deepEqual(accepted.map(({ start, end }) => ({ start, end })), entries.map(({ start, end }) => ({ start, end })));
});

withPage('nothing in a frame becomes HTML', {}, async (tab) => {
  const evil = '<img src=x onerror="document.title=1">';
  const bytes = encodeFrame({
    producerId: new Uint8Array(16).fill(1), baseSequence: 1, epoch: 1,
    metadata: { tenant: evil, bootNonce: new Uint8Array(8).fill(1), contexts: [{ thread: evil }] },
    records: [
      { kind: Kind.TOKEN_CHUNK, timeUs: 1, thread: evil, node: evil, payload: { text: new TextEncoder().encode(`${evil}</script><script>document.title=2</script>`) } },
      { kind: Kind.ERROR_REPORT, timeUs: 1, thread: evil, payload: { message: evil } },
    ],
  });
  assert.match(await choose(tab, [`${evil}.bin`, Buffer.from(bytes)], [`${evil}.dsf`, Buffer.from(bytes)]), /Part 2 of 2: Refused/);
  await tab.getByRole('button', { name: 'part 1: show it' }).click();
  await tab.locator('#records:not([hidden])').waitFor();
  for (const name of ['metadata', 'body (', 'records']) await tab.locator('.node.level-1', { hasText: name }).click();
  await tab.keyboard.press('End');
  assert.ok((await tab.textContent('#records')).includes(evil), 'it is shown as text');
  assert.equal(await tab.locator('img, main script').count(), 0);
  assert.equal(await tab.title(), 'DashStream inspector');
  assert.match(await tab.getAttribute('meta[http-equiv]', 'content'), /default-src 'none'.*require-trusted-types-for 'script'/);
});

test('the browser itself lets no text become HTML', async () => {
  const { tab, close } = await openPage(browser);
  const refused = await tab.evaluate(() => {
    try {
      document.body.innerHTML = '<b>x</b>';
      return 'allowed';
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(refused, 'TypeError');
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    withPage(`no violation of accessibility: ${colorScheme}, ${width} pixels`, { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' }, async (tab) => {
      const look = (state) => accessible(tab, state);
      await look('empty');
      await tab.getByText('What the reader is told').click();
      for (const name of ['A rejected record', 'Not tidy', 'A damaged file']) {
        await example(tab, name);
        await look(name);
      }
      await tab.locator('[role="treeitem"]').nth(3).click();
      await look('a field is selected');
      assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector('button')).transitionDuration), '0s');
    });
  }
}

withPage('the switch of themes counts more than the system', { colorScheme: 'light' }, async (tab) => {
  const paper = () => tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  await tab.getByLabel('Theme').selectOption('dark');
  const dark = await paper();
  assert.notEqual(dark, light);
  await tab.getByLabel('Theme').selectOption('light');
  assert.equal(await paper(), light);
});

withPage('200 % of zoom', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, async (tab) => {
  for (const name of ['A frame', 'A damaged file']) {
    await example(tab, name);
    assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
  }
});

/** Makes a file in the page: an entry so often that it has `size` bytes. */
const largeFile = (tab, size) => tab.evaluate(({ bytes, size: wanted }) => {
  const whole = Uint8Array.from(bytes);
  const entry = whole.subarray(28, 127);
  const file = new Uint8Array(wanted);
  file.set(whole.subarray(0, 28));
  for (let at = 28; at + entry.length <= wanted; at += entry.length) file.set(entry, at);
  const transfer = new DataTransfer();
  transfer.items.add(new File([file], 'large.dsf'));
  delete document.documentElement.dataset.shown;
  globalThis.longest = 0;
  let last = performance.now();
  globalThis.beat = setInterval(() => {
    globalThis.longest = Math.max(globalThis.longest, performance.now() - last);
    last = performance.now();
  }, 10);
  const files = document.getElementById('files');
  files.files = transfer.files;
  files.dispatchEvent(new Event('change'));
}, { bytes: [...file], size });

withPage('64 MiB of the smallest frames leave the page alive', {}, async (tab) => {
  await largeFile(tab, 64 << 20);
  await tab.locator('#working:not([hidden])').waitFor();
  await tab.waitForSelector('html[data-shown]', { timeout: 250_000 });
  const longest = await tab.evaluate(() => globalThis.longest);
  assert.match(await tab.textContent('.overview'), /677,8\d\d frames accepted/);
  assert.ok((await tab.locator('*').count()) < 6_000, 'only what can be seen is made');
  assert.ok(longest < 5_000, `the page stood still for ${Math.round(longest)} ms`);
});

withPage('reading can be stopped, and gives way to what comes next', {}, async (tab) => {
  await largeFile(tab, 32 << 20);
  await tab.getByRole('button', { name: 'Stop' }).click();
  await tab.getByText('Stopped.').waitFor();
  await largeFile(tab, 32 << 20);
  await tab.locator('#working:not([hidden])').waitFor();
  await tab.fill('#text', frame.toString('hex'));
  await tab.getByRole('button', { name: 'Inspect', exact: true }).click();
  assert.equal(await verdict(tab), ACCEPTED);
  assert.equal(await tab.isVisible('#working'), false);
});

withPage('a body of 8 MiB is shown by its windows', {}, async (tab) => {
  const vector = vectors('decode').find(({ class: kind, input }) => kind !== 'invalid' && inputBytes(input).length > 8_000_000);
  assert.ok(vector, 'there is such a vector');
  await choose(tab, ['large', inputBytes(vector.input)]);
  const strip = tab.locator('.strip').last();
  await strip.getByRole('button', { name: 'Next MiB' }).click();
  assert.match(await tab.evaluate(() => document.activeElement.getAttribute('aria-label')), /offset 1048576/);
  await tab.keyboard.press('Control+End');
  assert.ok((await tab.locator('*').count()) < 6_000);
});

test('without a worker the page says so, and works', async () => {
  const { tab, quiet, close } = await openPage(browser, { init: () => { globalThis.Worker = class { constructor() { throw new Error('refused'); } }; } });
  assert.ok(await tab.isVisible('#unthreaded'));
  assert.equal(await example(tab, 'A frame'), ACCEPTED);
  assert.match(await choose(tab, ['a.dsf', file]), /BODY_CRC/);
  quiet();
  await close();
});

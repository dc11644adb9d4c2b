// The report of a run of the suite, as somebody uses it: what its pages show, and what its filters leave of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { accessible } from './accessible.mjs';
import { listen, program, startBrowser } from './browser.mjs';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
const VECTORS = 'pre-00*';
let browser;
let total;

before(async () => {
  execFileSync(program, ['conform', '--filter', VECTORS, '--report', folder], { stdio: 'ignore' });
  total = readdirSync(join(folder, 'vector')).length;
  assert.ok(total > 10, `${VECTORS} are ${total} vectors`);
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A test with a page of the report, which asks for nothing outside of it and complains of nothing. */
function withPage(name, path, options, body) {
  test(name, { timeout: 120_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    try {
      const tab = await context.newPage();
      const site = pathToFileURL(folder).href;
      const quiet = listen(tab, (url) => url.startsWith(site));
      await tab.goto(`${site}/${path}`);
      await body(tab);
      quiet();
    } finally {
      await context.close();
    }
  });
}

const rows = (tab) => tab.locator('[data-row]:visible');
const count = (tab) => tab.locator('#count').textContent();

withPage('a list is narrowed by words and by choices, and counts what is left', 'vectors.html', {}, async (tab) => {
  assert.equal(await count(tab), `${total} of ${total} vectors`);
  await tab.getByLabel('Text').fill('EMPTY pre-001');
  const found = await rows(tab).allTextContents();
  assert.ok(found.length > 0 && found.length < total, `${found.length} of ${total}`);
  for (const text of found) assert.match(text.toLowerCase(), /^(?=[^]*empty)(?=[^]*pre-001)/);
  assert.equal(await count(tab), `${found.length} of ${total} vectors`);
  await tab.getByLabel('Text').fill('');
  const [, code] = await tab.locator('select[name=code] option').evaluateAll((all) => all.map((one) => one.value));
  await tab.locator('select[name=code]').selectOption(code);
  for (const codes of await rows(tab).evaluateAll((all) => all.map((row) => row.dataset.code))) assert.ok(codes.split(' ').includes(code), codes);
  assert.ok(await rows(tab).count() < total);
  await tab.getByRole('button', { name: 'Show all' }).click();
  await tab.waitForFunction(() => !document.querySelector('[data-row][hidden]'));
  assert.equal(await count(tab), `${total} of ${total} vectors`);
});

withPage('what is asked for stands in the address', 'vectors.html', {}, async (tab) => {
  await tab.getByLabel('Text').fill('magic');
  const found = await rows(tab).count();
  const address = new URL(tab.url());
  assert.equal(new URLSearchParams(address.hash.slice(1)).get('text'), 'magic');
  await tab.reload();
  assert.equal(await tab.getByLabel('Text').inputValue(), 'magic');
  assert.equal(await rows(tab).count(), found);
  await tab.evaluate(() => { location.hash = 'outcome=nothing&text='; });
  await tab.waitForFunction(() => document.querySelector('[name=text]').value === '');
  assert.equal(await rows(tab).count(), total, 'a value that the list does not have asks for nothing');
});

withPage('clauses: a file without one that is left is not shown', 'clauses.html', {}, async (tab) => {
  await tab.locator('select[name=file]').selectOption('prelude.md');
  assert.deepEqual(await tab.locator('[data-group]:visible').evaluateAll((all) => all.map((one) => one.getAttribute('aria-labelledby'))), ['prelude.md']);
});

withPage('clauses: an address with a name points to it, and asks for nothing', 'clauses.html#PRE-001', {}, async (tab) => {
  await tab.waitForFunction(() => document.getElementById('PRE-001').getBoundingClientRect().top < innerHeight);
  assert.equal(await rows(tab).count(), await tab.locator('[data-row]').count());
});

withPage('without scripts all is there, and no form that does nothing', 'vectors.html', { javaScriptEnabled: false }, async (tab) => {
  assert.equal(await rows(tab).count(), total);
  assert.equal(await tab.locator('#filter').isVisible(), false);
});

withPage('from the beginning to the bytes of a vector, and on to its clause', 'report.html', {}, async (tab) => {
  await tab.getByRole('link', { name: 'Vectors', exact: true }).first().click();
  await tab.getByRole('link', { name: /^pre-001-empty/ }).first().click();
  assert.match(await tab.locator('h1').textContent(), /pre-001/);
  assert.match(await tab.locator('main').textContent(), /bytes:.*What has to come out.*Beside its twin.*be 01 00 00/s);
  await tab.getByRole('link', { name: 'PRE-001', exact: true }).first().click();
  assert.match(tab.url(), /clauses\.html#PRE-001$/);
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    for (const path of ['report.html', 'vectors.html', 'clauses.html#role=reader&text=pre', 'matrix.html']) {
      const options = { colorScheme, viewport: { width, height: 800 } };
      withPage(`no violation of accessibility: ${path}, ${colorScheme}, ${width} pixels`, path, options, (tab) => accessible(tab, path));
    }
  }
}

// Every vector of frames, files and ledgers goes through the page, as files that somebody chooses.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, startBrowser } from './browser.mjs';
import { vectors } from './vectors.mjs';

let browser;
let opened;
before(async () => {
  browser = await startBrowser();
  // Small, so that few rows are made for each of them.
  opened = await openPage(browser, { viewport: { width: 1100, height: 100 } });
  await opened.tab.evaluate(define);
});
after(() => browser.close());

/** Runs in the page: defines how a vector is put to it, and what is read from it then. */
function define() {
  // Laid out and not painted: nobody looks.
  document.documentElement.style.visibility = 'hidden';
  const text = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent.trim());
  const bytesOf = (runs) => {
    const parts = runs.map(({ hex, times }) => ({ part: Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16)), times }));
    return new Blob(parts.flatMap(({ part, times }) => {
      const whole = new Uint8Array(part.length * times);
      for (let i = 0; i < times; i++) whole.set(part, i * part.length);
      return [whole];
    }));
  };
  const shown = () => new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (document.documentElement.dataset.shown === undefined) return;
      watch.disconnect();
      resolve();
    });
    watch.observe(document.documentElement, { attributes: true });
  });
  const put = (inputs, name) => {
    if (inputs[0] === null) {
      document.getElementById('text').value = 'null';
      document.querySelector('#intake button.main').click();
      return;
    }
    const transfer = new DataTransfer();
    inputs.forEach((runs) => transfer.items.add(new File([bytesOf(runs)], name)));
    const files = document.getElementById('files');
    files.files = transfer.files;
    files.dispatchEvent(new Event('change'));
  };
  globalThis.ask = async ({ inputs, name, limits = {}, tenant = '' }) => {
    delete document.documentElement.dataset.shown;
    for (const key of ['max_frame_len', 'max_raw_len', 'max_records']) document.getElementById(key.replaceAll('_', '-')).value = limits[key] ?? '';
    document.getElementById('tenant').value = tenant;
    const answer = shown();
    put(inputs, name);
    await answer;
    const rows = (selector) => [...document.querySelectorAll(selector)].map((row) => [...row.children].map((cell) => cell.textContent.trim()));
    return {
      status: text('#status')[0], clause: text('#verdict-more blockquote')[0], lints: text('.lints li code'), marked: text('#part [role="gridcell"].bad').length,
      parts: document.getElementById('findings').hidden ? null : rows('#findings tbody tr'),
      ofFrame: text('#ledger .meanings:first-child .badge'), accounts: rows('#ledger tbody tr'), ends: text('#ledger .meanings:last-child .badge'),
    };
  };
}

const ask = (questions) => opened.tab.evaluate(async (all) => {
  const answers = [];
  for (const one of all) answers.push(await globalThis.ask(one));
  return answers;
}, questions);

async function each(list, question, check) {
  for (let at = 0; at < list.length; at += 100) {
    const some = list.slice(at, at + 100);
    const answers = await ask(some.map(question));
    some.forEach((vector, i) => check(vector, answers[i]));
  }
  opened.quiet();
}

test('each frame has its verdict, the error its byte and its clause', { timeout: 900_000 }, async () => {
  // An empty field is no expected tenant, and cannot be an empty one.
  const list = vectors('decode').filter(({ input }) => input.tenant !== '');
  assert.ok(list.length > 1_100, `${list.length} vectors`);
  await each(list, ({ input: { bytes, limits, tenant } }) => ({ inputs: [bytes], name: 'a frame', limits, tenant }), ({ id, expect, input }, said) => {
    if (expect.error) {
      const { code, offset } = expect.error;
      assert.match(said.status, new RegExp(`^✗ Rejected: ${code} at byte ${offset} of the (frame|body) \\(`), id);
      const [, requirement] = /\(([A-Z0-9]+-\d+)\)$/.exec(said.status) ?? [];
      assert.match(said.clause ?? '', new RegExp(`^.{20,}${requirement}, spec/`), `${id}: ${requirement} is not quoted`);
      if (input.bytes?.length) assert.equal(said.marked, 1, `${id}: the byte is not marked`);
      return;
    }
    assert.match(said.status, /^[✓!] Accepted: /, id);
    assert.deepEqual(said.lints.sort(), [...(expect.lints ?? [])].sort(), id);
    const rejected = expect.frame?.records.filter((record) => record.error).length ?? 0;
    assert.equal(Number(/; (\d+) records? rejected/.exec(said.status)?.[1] ?? 0), rejected, id);
  });
});

test('each file has its accepted, skipped and rejected ranges, and its tail', { timeout: 900_000 }, async () => {
  const list = vectors('file');
  await each(list, ({ input }) => ({ inputs: [input.bytes], name: 'a.dsf' }), ({ id, expect }, said) => {
    if (expect.error) {
      assert.ok(said.status.startsWith(`✗ Refused: ${expect.error.code} at byte ${expect.error.offset} of the file`), `${id}: ${said.status}`);
      return;
    }
    // A file without entries is one part, and has no list.
    const rows = (said.parts ?? []).map(([, bytes, verdict]) => ({ range: bytes.replaceAll(',', ''), verdict }));
    const of = (pattern) => rows.filter(({ verdict }) => pattern.test(verdict));
    assert.deepEqual(of(/Accepted/).map(({ range }) => range), expect.accepted.map(({ start, end }) => `${start}–${end}`), id);
    assert.deepEqual(of(/Skipped/).map(({ range, verdict }) => `${range} ${/Skipped: (\w+)/.exec(verdict)[1]}`), expect.skipped.map(({ start, end, code }) => `${start}–${end} ${code}`), id);
    const rejected = of(/Rejected/).map(({ range, verdict }) => `${range.split('–')[0]} ${/Rejected: (\w+ at byte \d+)/.exec(verdict)[1]}`);
    assert.deepEqual(rejected, expect.rejected.map(({ start, code, offset }) => `${start} ${code} at byte ${offset}`), id);
    const [tail] = of(/Torn tail/);
    assert.equal(tail ? Number(tail.range.split('–')[0]) : null, expect.tail, id);
  });
});

test('each ledger has its verdicts and accounts', { timeout: 900_000 }, async () => {
  // What somebody pastes or drops comes from no partition.
  const list = vectors('ledger').filter(({ input }) => !input.frames.some((frame) => frame.partition !== undefined));
  assert.ok(list.length > 80, `${list.length} vectors`);
  const badge = ({ verdict, arg }) => (arg === undefined ? verdict : `${verdict} ${arg}`);
  await each(list, ({ input }) => ({ inputs: input.frames.map(({ bytes }) => bytes), name: 'a frame' }), ({ id, expect }, said) => {
    const verdicts = said.parts ? said.parts.map((row) => row.at(-1)) : [said.ofFrame.join(' ')];
    assert.deepEqual(verdicts, expect.verdicts.map((one) => one.map(badge).join(' ')), id);
    const accounts = expect.accounts.map((a) => [a.producer_id, a.lane, a.epoch, a.first, a.last, a.seen, a.declared, a.unreadable, a.lost, a.tail].map(String));
    assert.deepEqual(said.accounts[0]?.length ? said.accounts.map((row) => row.map((cell) => cell.replaceAll(',', ''))) : [], accounts, id);
  });
});

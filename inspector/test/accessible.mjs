// The rules of accessibility, and no scrolling sideways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Throws where what is shown breaks one; `state` says what that is. Nothing is loaded for it: a file may not read its style sheets. */
export async function accessible(tab, state) {
  if (!await tab.evaluate(() => 'axe' in globalThis)) await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], preload: false }));
  const said = violations.map((one) => `${state}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.any[0]?.message ?? ''}`).join('\n')}`);
  assert.deepEqual(said, []);
  const [content, room] = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= room, `${state}: the page is ${content} wide, the window ${room}`);
}

// A browser of the system, with the page in it. Every request and every message on the console is kept: none is expected.
import { chromium } from 'playwright-core';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const here = join(dirname(fileURLToPath(import.meta.url)), '..');
/** The program of this repository. */
export const program = process.env.DASHSTREAM ?? join(here, '../target/release/dashstream');
export const page = pathToFileURL(join(here, 'dist/inspector.html')).href;

function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = [process.env.CHROMIUM, ...folders.map((folder) => join(folder, 'chromium'))].find((path) => path && existsSync(path));
  if (!found) throw new Error('chromium is not installed: apt-get install chromium');
  return found;
}

export async function startBrowser() {
  const root = process.getuid?.() === 0;
  return chromium.launch({ executablePath: findChromium(), args: root ? ['--no-sandbox'] : [] });
}

/** Listens to a tab; what is returned throws where it has complained, or asked for what is not `expected`. */
export function listen(tab, expected) {
  const heard = [];
  tab.on('console', (message) => heard.push(`console ${message.type()}: ${message.text()}`));
  tab.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  tab.on('request', (request) => {
    if (!expected(request.url())) heard.push(`request: ${request.url()}`);
  });
  return () => {
    if (heard.length) throw new Error(heard.join('\n'));
  };
}

/** Opens the page, at `hash`, with `init` run before it; `quiet` throws where it asked for anything or complained. */
export async function openPage(browser, { hash = '', init, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  if (init) await tab.addInitScript(init);
  const quiet = listen(tab, (url) => url === page || url === page + hash || /^(blob|data):/.test(url));
  await tab.goto(page + hash);
  await tab.waitForSelector('html[data-ready]');
  return { tab, quiet, close: () => context.close() };
}

/** Waits until what was loaded is shown; gives the verdict. */
export async function verdict(tab) {
  await tab.waitForSelector('html[data-shown]');
  return (await tab.textContent('#status')).trim();
}

// Makes dist/inspector.html, and dist/for-tests.mjs: node scripts/build.mjs
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { texts } from './clauses.mjs';
import { examples } from './examples.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(here, '..');
const source = (file) => join(here, 'src', file);

/** What is made of spec/ and vectors/, as modules. */
const made = {
  name: 'made',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^made:/ }, ({ path }) => ({ path, namespace: 'made' }));
    onLoad({ filter: /./, namespace: 'made' }, ({ path }) => path === 'made:texts'
      ? { contents: Object.entries(texts(root)).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n') }
      : { contents: `export default ${JSON.stringify(examples(root))};` });
  },
};

async function bundle(entry, options) {
  const { outputFiles } = await build({ entryPoints: [source(entry)], bundle: true, write: false, charset: 'utf8', plugins: [made], logLevel: 'warning', ...options });
  return outputFiles[0].text;
}

const sha256 = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, nothing is sent, and no text is ever made into HTML or a script. */
function policy(script, style) {
  return [
    `default-src 'none'`, `script-src ${sha256(script)}`, `style-src ${sha256(style)}`, `img-src data:`, `worker-src blob:`, `base-uri 'none'`, `form-action 'none'`,
    `require-trusted-types-for 'script'`, `trusted-types dashstream-worker`,
  ].join('; ');
}

const script = (await bundle('main.ts', { minify: true, format: 'iife', target: 'es2022' })).trim();
const style = (await bundle('style.css', { minify: true, loader: { '.css': 'css' } })).trim();
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) throw new Error('the page would end inside of what it holds');

const holes = { CSP: policy(script, style), STYLE: style, SCRIPT: script };
const page = readFileSync(source('page.html'), 'utf8').replace(/%(CSP|STYLE|SCRIPT)%/g, (_, hole) => holes[hole]);
mkdirSync(join(here, 'dist'), { recursive: true });
writeFileSync(join(here, 'dist/inspector.html'), page);
writeFileSync(join(here, 'dist/for-tests.mjs'), await bundle('for-tests.ts', { format: 'esm', platform: 'neutral' }));
console.log(`dist/inspector.html: ${page.length} characters, ${Buffer.byteLength(page)} bytes, ${gzipSync(page, { level: 9 }).length} under gzip`);

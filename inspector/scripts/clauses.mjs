// Texts of the specification that the page quotes: requirements of readers, lints, verdicts of the ledger.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROLES = /^(reader|file-reader)\b/;

/** Markdown of one paragraph as plain text; `code` keeps its backticks. */
function plain(markdown) {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\s+/g, ' ').trim();
}

function clausesOf(file, text) {
  const items = text.matchAll(/^- \*\*([A-Z0-9]+-\d{3})\*\* \[([^\]]*)\] ([\s\S]*?)(?=\n- |\n\n|\n#|$(?![\s\S]))/gm);
  return [...items].filter(([, , roles]) => ROLES.test(roles)).map(([, id, , body]) => [id, { file: `spec/${file}`, text: plain(body) }]);
}

/** The `text` of each entry of a registry, by name. */
function registry(root, name) {
  const entries = {};
  let key;
  for (const line of readFileSync(join(root, 'spec/registry', `${name}.toml`), 'utf8').split('\n')) {
    const [, field, value] = /^(\w+) = (".*")$/.exec(line) ?? [];
    if (field === 'name') key = JSON.parse(value);
    if (field === 'text') entries[key] = JSON.parse(value);
  }
  if (Object.keys(entries).length === 0) throw new Error(`spec/registry/${name}.toml has no texts`);
  return entries;
}

export function texts(root) {
  const files = readdirSync(join(root, 'spec')).filter((file) => file.endsWith('.md'));
  const clauses = Object.fromEntries(files.flatMap((file) => clausesOf(file, readFileSync(join(root, 'spec', file), 'utf8'))));
  if (!clauses['PRE-001'] || !clauses['FILE-001']) throw new Error('spec/ has no requirements where they are looked for');
  return { clauses, lints: registry(root, 'lints'), verdicts: registry(root, 'verdicts') };
}

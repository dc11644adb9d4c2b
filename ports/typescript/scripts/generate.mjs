// Makes src/generated from the schemas and registries: types, one decoder for each message, tables, numbers.
//
//   node scripts/generate.mjs [ROOT]     ROOT has proto/ and spec/; without it, the repository around this package
//
// The decoders are written out for each message, because a loop over tables is several times slower.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.argv[2] ?? join(here, '../../..');
const out = process.argv[3] ?? join(here, '../src/generated');

const read = (path) => readFileSync(join(root, path), 'utf8');
const camel = (name) => name.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());
const head = '// Made by scripts/generate.mjs from the schemas and registries of the specification. Not edited by hand.\n';

// ---- schemas

const SCALARS = ['uint32', 'uint64', 'sint64', 'bool', 'double', 'fixed32', 'string', 'bytes'];
const PACKED = ['uint32', 'uint64', 'sint64', 'bool', 'double', 'fixed32'];

function parseProto(text) {
  const messages = [];
  let comment = [];
  let message;
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (line.startsWith('//')) {
      comment.push(line.slice(2).trim());
      continue;
    }
    let m;
    if ((m = /^message (\w+) \{$/.exec(line))) {
      message = { name: m[1], comment: comment.join(' '), fields: [] };
      messages.push(message);
    } else if ((m = /^(repeated )?(\w+) (\w+) = (\d+);$/.exec(line))) {
      const ref = m[3].endsWith('_ref') && message.name !== 'Body';
      const json = ref ? m[3].slice(0, -4) : m[3];
      message.fields.push({
        number: Number(m[4]), name: json, key: camel(json), type: m[2], ref,
        repeated: Boolean(m[1]), message: !SCALARS.includes(m[2]), comment: comment.join(' '),
      });
    }
    comment = [];
  }
  return messages;
}

const messages = ['common', 'metadata', 'event', 'state', 'control']
  .flatMap((name) => parseProto(read(`proto/proto/dashstream/v1/${name}.proto`)))
  // A table stands behind those that it names. (Messages are nested one deep.)
  .sort((a, b) => Number(a.fields.some((f) => f.message)) - Number(b.fields.some((f) => f.message)));
const body = parseProto(read('proto/proto/dashstream/v1/body.proto'));

function typeOf(f) {
  if (f.ref) return f.repeated ? 'readonly (string | null)[]' : 'string | undefined';
  const one = f.message ? f.type
    : f.type === 'string' ? 'string' : f.type === 'bytes' ? 'Uint8Array' : f.type === 'bool' ? 'boolean' : 'number';
  if (f.repeated) return `readonly ${one}[]`;
  return f.message ? `${one} | undefined` : one;
}

function wireOf(f) {
  if (f.repeated || f.message || f.type === 'string' || f.type === 'bytes') return 2;
  return f.type === 'double' ? 1 : f.type === 'fixed32' ? 5 : 0;
}

const elementOf = (f) => (f.ref ? 'string | null' : f.message ? f.type : f.type === 'string' ? 'string' : 'number');
const packed = (f) => f.repeated && PACKED.includes(f.type);

function init(f, i) {
  if (f.repeated) return `let f${i}: ${elementOf(f).includes('|') ? `(${elementOf(f)})` : elementOf(f)}[] | undefined;`;
  if (f.message) return `let f${i}: ${f.type} | undefined;`;
  if (f.ref) return `let f${i}: string | undefined;`;
  if (f.type === 'string') return `let f${i} = '';`;
  if (f.type === 'bytes') return `let f${i} = NO_BYTES;`;
  if (f.type === 'bool') return `let f${i} = false;`;
  return `let f${i} = 0;`;
}

function readField(f, message) {
  const i = f.number;
  if (packed(f)) {
    const what = f.ref ? 'refs' : `${f.type}s`;
    return `f${i} = s.${what}(end);`;
  }
  const one = f.message ? `decode${f.type}(s, s.open(end))`
    : f.ref ? (message === 'Attribute' ? 's.key(end)' : 's.ref(end)') : `s.${f.type}(end)`;
  return f.repeated ? `(f${i} ??= []).push(${one});` : `f${i} = ${one};`;
}

function decoder(m) {
  const mask = m.fields.reduce((a, f) => a | (1 << f.number), 0) >>> 0;
  const lines = [`/** Scans one ${m.name} that ends at \`end\`, and makes it. */`,
    `export function decode${m.name}(s: Scan, end: number): ${m.name} {`];
  if (m.fields.some((f) => !(f.repeated && !packed(f)))) lines.push('  let seen = 0;');
  for (const f of m.fields) lines.push(`  ${init(f, f.number)}`);
  lines.push('  while (s.pos < end) {', '    const tag = s.tag(end);', '    switch (tag) {');
  for (const f of m.fields) {
    const noted = m.name === 'Metadata' ? `        s.note(${f.number});\n` : '';
    const once = f.repeated && !packed(f) ? '' : `        seen = s.once(seen, ${1 << f.number});\n`;
    lines.push(`      case ${f.number * 8 + wireOf(f)}:\n${noted}${once}        ${readField(f, m.name)}\n        break;`);
  }
  lines.push(`      default:\n        s.unknown(tag, end, ${mask});`, '    }', '  }');
  if (m.name === 'Attribute') lines.push('  s.attribute();');
  const parts = m.fields.map((f) => `${f.key}: f${f.number}${f.repeated ? ' ?? NOTHING' : ''}`);
  lines.push(`  return { ${parts.join(', ')} };`, '}');
  return lines.join('\n');
}

function emitMessages() {
  const parts = [head, `import { NO_BYTES, NOTHING } from '../wire/nothing.js';`, `import type { Scan } from '../wire/scan.js';`, ''];
  for (const m of messages) {
    parts.push(`/** ${m.comment} */`, `export interface ${m.name} {`);
    for (const f of m.fields) parts.push(`  /** ${f.comment} */`, `  readonly ${f.key}: ${typeOf(f)};`);
    parts.push('}', '', decoder(m), '');
  }
  return parts.join('\n');
}

function emitTables() {
  const parts = [head, `import type { MessageTable } from '../wire/table.js';`, ''];
  for (const m of [...messages, ...body]) {
    parts.push(`export const ${m.name}Table: MessageTable = {`, `  name: '${m.name}',`, '  fields: [');
    for (const f of m.fields) {
      parts.push(`    { number: ${f.number}, name: '${f.name}', key: '${f.key}', type: '${f.message ? 'message' : f.type}', wire: ${wireOf(f)}, `
        + `repeated: ${f.repeated}, packed: ${packed(f)}, ref: ${f.ref}${f.message ? `, message: ${f.type}Table` : ''} },`);
    }
    parts.push('  ],', '};', '');
  }
  return parts.join('\n');
}

// ---- registries

function parseToml(text) {
  const entries = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('[[')) entries.push({});
    const m = /^(\w+) = (.*)$/.exec(line);
    if (m) entries[entries.length - 1][m[1]] = JSON.parse(m[2]);
  }
  return entries;
}

const registry = (name) => parseToml(read(`spec/registry/${name}.toml`));

function emitEnum(name, doc, entries, key) {
  return [`/** ${doc} */`, `export const ${name} = {`,
    ...entries.flatMap((e) => [`  /** ${e.text} */`, `  ${e[key]}: ${e.number ?? e.value},`]),
    '} as const;', ''].join('\n');
}

function emitUnion(name, doc, entries, key) {
  return [`/** ${doc} */`, `export type ${name} =`, entries.map((e) => `  | '${e[key]}'`).join('\n') + ';', ''].join('\n');
}

function emitRegistry() {
  const errors = registry('errors');
  return [head,
    emitUnion('ErrorCode', 'The codes of errors.md.', errors, 'code'),
    '/** What errors.md says of each code. */',
    'export const ERRORS: Readonly<Record<ErrorCode, { number: number; scope: string; class: string; counts: string; text: string }>> = {',
    ...errors.map((e) => `  ${e.code}: { number: ${e.number}, scope: '${e.scope}', class: '${e.class}', counts: '${e.offset}', text: ${JSON.stringify(e.text)} },`),
    '};', '',
    emitUnion('Verdict', 'The verdicts of loss.md.', registry('verdicts'), 'name'),
    emitUnion('Lint', 'The lints of writing.md.', registry('lints'), 'name'),
    emitEnum('Kind', 'The kinds of records.md.', registry('kinds'), 'name'),
    emitEnum('DropReason', 'The drop reasons of metadata.md.', registry('drop_reasons'), 'name'),
    emitEnum('Codec', 'The codecs of codecs.md.', registry('codecs').map((e) => ({ ...e, name: e.name.toUpperCase() })), 'name'),
    ...registry('limits').map((l) => `/** ${l.text} */\nexport const ${l.name} = ${l.value};`), '',
  ].join('\n');
}

function emitKinds() {
  const kinds = registry('kinds');
  const names = kinds.map((k) => k.message);
  return [head,
    `import type { Scan } from '../wire/scan.js';`,
    `import type { MessageTable } from '../wire/table.js';`,
    `import * as t from './tables.js';`,
    `import * as m from './messages.js';`, '',
    '/** The payload of each kind. */', 'export interface PayloadOf {',
    ...kinds.map((k) => `  ${k.number}: m.${k.message};`), '}', '',
    '/** A kind of the registry. */', 'export type KnownKind = keyof PayloadOf;', '',
    '/** A payload of a kind of the registry. */', `export type Payload = ${names.map((n) => `m.${n}`).join(' | ')};`, '',
    'export interface KindEntry {', '  readonly kind: number;', '  readonly control: boolean;', '  readonly table: MessageTable;',
    '  readonly decode: (s: Scan, end: number) => Payload;', '}', '',
    '/** By number; undefined where the registry has none. */',
    'export const KINDS: readonly (KindEntry | undefined)[] = [',
    ...Array.from({ length: Math.max(...kinds.map((k) => k.number)) + 1 }, (_, i) => {
      const k = kinds.find((e) => e.number === i);
      return k ? `  { kind: ${i}, control: ${k.class === 'control'}, table: t.${k.message}Table, decode: m.decode${k.message} },` : '  undefined,';
    }), '];', ''].join('\n');
}

mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'messages.ts'), emitMessages());
writeFileSync(join(out, 'tables.ts'), emitTables());
writeFileSync(join(out, 'registry.ts'), emitRegistry());
writeFileSync(join(out, 'kinds.ts'), emitKinds());

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const base = join(import.meta.dirname, '../..');
const root = process.env.DASHSTREAM_ROOT ?? join(base, '../..');

test('what_is_generated_is_up_to_date', { skip: !existsSync(join(root, 'spec/registry')) && 'there is no specification here' }, () => {
  const out = mkdtempSync(join(tmpdir(), 'dashstream-'));
  try {
    execFileSync(process.execPath, [join(base, 'scripts/generate.mjs'), root, out]);
    for (const name of readdirSync(out)) {
      assert.equal(readFileSync(join(base, 'src/generated', name), 'utf8'), readFileSync(join(out, name), 'utf8'), name);
    }
  } finally {
    rmSync(out, { recursive: true });
  }
});

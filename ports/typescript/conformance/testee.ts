// The testee of this package: questions on standard input, answers on standard output, one line of JSON each.
import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { stringifyJson } from '../src/json/stringify.js';
import { answer } from './answer.js';

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });

function write(text: string): void {
  const bytes = Buffer.from(text + '\n');
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

for await (const line of lines) write(stringifyJson(await answer(line, (path) => readFileSync(path))));

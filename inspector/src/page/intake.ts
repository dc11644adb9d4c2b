// Where bytes come from: pasted text, chosen and dropped files, examples, the address of the page.
import examples from 'made:examples';
import type { Given } from '../engine/protocol.js';
import { textOfLink } from '../input/link.js';
import { framesOfText, TextError } from '../input/text.js';
import { toHex, type ReadOptions } from '../port.js';
import { button, byId, grouped } from './dom.js';

/** Bytes that are taken at a time: they are held in memory. */
export const MOST = 256 << 20;

export interface Taker {
  /** Bytes to look at. */
  take(given: readonly Given[], told: ReadOptions): void;
  /** Why nothing could be taken. */
  refuse(message: string): void;
}

export class Intake {
  private readonly text = byId<HTMLTextAreaElement>('text');
  private readonly files = byId<HTMLInputElement>('files');
  private drags = 0;

  constructor(private readonly taker: Taker) {
    byId<HTMLFormElement>('intake').addEventListener('submit', (event) => {
      event.preventDefault();
      this.takeText();
    });
    this.text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.takeText();
    });
    // A paste into an empty field is looked at at once.
    this.text.addEventListener('paste', () => { if (!this.text.value) setTimeout(() => this.takeText()); });
    this.files.addEventListener('change', () => {
      void this.takeFiles([...(this.files.files ?? [])]);
      this.files.value = '';
    });
    this.listenForDrops();
    this.offerExamples();
    addEventListener('hashchange', () => this.takeLink());
  }

  /** Takes what the address names, if it does. */
  takeLink(): void {
    const text = textOfLink(location.hash);
    if (text === undefined) {
      if (location.hash.startsWith('#hex=')) this.taker.refuse('The address names no bytes: behind #hex= there have to be pairs of hexadecimal digits.');
      return;
    }
    this.text.value = text;
    this.takeText();
  }

  private takeText(): void {
    try {
      const frames = framesOfText(this.text.value);
      if (frames.length === 0) return this.taker.refuse('There is nothing to inspect yet: paste a frame, choose a file, or take an example.');
      const name = (i: number) => (frames.length > 1 ? `pasted ${i + 1}` : 'pasted');
      this.taker.take(frames.map((bytes, i) => ({ name: name(i), bytes })), this.told());
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      this.taker.refuse(error.message);
    }
  }

  private async takeFiles(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (total > MOST) return this.taker.refuse(`That is ${grouped(total)} bytes, and this page takes ${grouped(MOST)} at most: use “dashstream verify”.`);
    try {
      const read = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
      this.taker.take(read, this.told());
    } catch {
      this.taker.refuse('The browser could not read that. (A folder cannot be read.)');
    }
  }

  /** What the reader is told beside the bytes. */
  private told(): ReadOptions {
    const number = (id: string) => (byId<HTMLInputElement>(id).value.trim() ? Number(byId<HTMLInputElement>(id).value) : undefined);
    const tenant = byId<HTMLInputElement>('tenant').value || undefined;
    return { maxFrameLen: number('max-frame-len'), maxRawLen: number('max-raw-len'), maxRecords: number('max-records'), tenant };
  }

  private listenForDrops(): void {
    const mark = (by: number): void => {
      this.drags = Math.max(0, this.drags + by);
      document.body.classList.toggle('dragging', this.drags > 0);
    };
    addEventListener('dragenter', () => mark(1));
    addEventListener('dragleave', () => mark(-1));
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      mark(-this.drags);
      const text = event.dataTransfer?.getData('text/plain');
      if (event.dataTransfer?.files.length) void this.takeFiles([...event.dataTransfer.files]);
      else if (text) {
        this.text.value = text;
        this.takeText();
      }
    });
  }

  private offerExamples(): void {
    byId('examples').append(...examples.map((one) => button(one.name, () => {
      const frames = one.frames.map((frame) => toHex(Uint8Array.from(atob(frame), (letter) => letter.charCodeAt(0))));
      this.text.value = frames.map((frame) => frame.replace(/(.{64})(?=.)/g, '$1\n')).join('\n\n');
      this.takeText();
    }, { title: one.title })));
  }
}

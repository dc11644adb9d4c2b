// Copying and saving.
import { el } from './dom.js';

/** Copies a text; where the browser gives a page no clipboard, in the old way. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el('textarea', { readonly: true, 'aria-hidden': 'true', class: 'hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('the browser gives this page no clipboard');
  }
}

export function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = el('a', { href: url, download: name });
  link.click();
  // The browser takes the bytes before the next turn is over.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

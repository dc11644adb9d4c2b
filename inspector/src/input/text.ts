// Bytes from a text that somebody pastes: hexadecimal digits or base64, of one frame or of several.
import { MAGIC } from '../port.js';

/** A text that is no bytes; the message says where. */
export class TextError extends Error {}

/**
 * The frames of a text. A blank line begins the next one; so does each line of a block of which every line begins as a
 * frame does. `null` stands for a null value. Offsets in front of digits, and what stands behind `#`, are passed over.
 */
export function framesOfText(text: string): (Uint8Array | null)[] {
  const frames: (Uint8Array | null)[] = [];
  let block: Line[] = [];
  const close = (): void => {
    if (block.length) frames.push(...framesOfBlock(block));
    block = [];
  };
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const content = withoutAside(line);
    if (content) block.push({ content, number: index + 1 });
    else if (!line.trim()) close();
  });
  close();
  return frames;
}

interface Line {
  readonly content: string;
  readonly number: number;
}

/** A line without comment, offset, and the column of characters that hex dumps have. */
function withoutAside(line: string): string {
  const bare = line.replace(/#.*$/, '');
  const dump = /^\s*[0-9a-f]{4,16}:?\s+((?:[0-9a-f]{2,8}\s{1,2})*[0-9a-f]{2,8})(?:\s{2,}\S.*|\s*\|.*\|?)?\s*$/i.exec(bare);
  const hasOffset = /^\s*[0-9a-f]{4,16}:\s/i.test(bare) || /^[0-9a-f]{8}\s\s/i.test(bare);
  return (dump && hasOffset ? dump[1] : bare).trim();
}

function framesOfBlock(block: readonly Line[]): (Uint8Array | null)[] {
  if (block.length === 1 && block[0].content === 'null') return [null];
  const hex = block.every((line) => /^(0x|[0-9a-f\s:,])*$/i.test(line.content));
  const read = hex ? fromHexText : fromBase64Text;
  if (block.length > 1) {
    const single = block.map((line) => attempt(() => read([line])));
    if (single.every((frame) => frame?.[0] === MAGIC)) return single as Uint8Array[];
  }
  return [read(block)];
}

function attempt(read: () => Uint8Array): Uint8Array | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TextError) return undefined;
    throw error;
  }
}

function fromHexText(lines: readonly Line[]): Uint8Array {
  const digits = lines.map((line) => line.content.replace(/0x/gi, '').replace(/[\s:,]/g, '')).join('');
  if (digits.length % 2) throw new TextError(`Line ${lines[0].number}: ${digits.length} hexadecimal digits are half a byte too many.`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function fromBase64Text(lines: readonly Line[]): Uint8Array {
  for (const line of lines) {
    const stray = /[^A-Za-z0-9+/_=\s-]/u.exec(line.content);
    if (stray) throw new TextError(`Line ${line.number}: “${stray[0]}” is neither a hexadecimal digit nor base64.`);
  }
  const text = lines.map((line) => line.content.replace(/\s/g, '')).join('').replace(/-/g, '+').replace(/_/g, '/');
  try {
    const binary = atob(text.replace(/=+$/, ''));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    throw new TextError(`Line ${lines[0].number}: this is neither hexadecimal digits nor base64.`);
  }
}

// Text as wire.md asks for it (WIRE-013): RFC 3629, no surrogates, no overlong forms, nothing above U+10FFFF.

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Up to this many bytes, a loop is faster than the platform's decoder. */
const SHORT = 24;

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i];
  return all < 0x80;
}

/** Eight at a time: a text that is put together of single characters is slow to read afterwards. */
function asciiText(b: Uint8Array, start: number, end: number): string {
  let text = '';
  let i = start;
  for (; i + 8 <= end; i += 8) {
    text += String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7]);
  }
  for (; i < end; i++) text += String.fromCharCode(b[i]);
  return text;
}

/** The text in bytes [start, end), or undefined where they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start <= SHORT && isAscii(bytes, start, end)) {
    return asciiText(bytes, start, end);
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Length in UTF-8, without making the bytes. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x800) length += unit >= 0xd800 && unit < 0xe000 ? 1 : 2;
    else if (unit >= 0x80) length += 1;
  }
  return length;
}

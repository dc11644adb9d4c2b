// A compressor of LZ4 blocks, within the profile of codecs.md.

const HASH_BITS = 14;
const MIN_MATCH = 4;
/** The last match begins at least so many bytes before the end (LZ4-007). */
const MATCH_MARGIN = 12;
/** The last sequence has at least so many literals (LZ4-006). */
const LAST_LITERALS = 5;
const MAX_OFFSET = 65535;

function word(b: Uint8Array, i: number): number {
  return b[i] | (b[i + 1] << 8) | (b[i + 2] << 16) | (b[i + 3] << 24);
}

/** Compresses `body`; undefined where the result is not smaller (COD-004). */
export function deflateLz4(body: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(body.length);
  // Positions are kept one too high, so that 0 is none.
  const table = new Int32Array(1 << HASH_BITS);
  let to = 0;
  let anchor = 0;
  let misses = 0;
  for (let at = 0; at + MATCH_MARGIN <= body.length;) {
    const hash = Math.imul(word(body, at), 0x9e3779b1) >>> (32 - HASH_BITS);
    const from = table[hash] - 1;
    table[hash] = at + 1;
    if (from < 0 || at - from > MAX_OFFSET || word(body, from) !== word(body, at)) {
      // Steps grow where nothing is found.
      at += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    let length = MIN_MATCH;
    const most = body.length - LAST_LITERALS - at;
    while (length < most && body[from + length] === body[at + length]) length++;
    to = sequence(out, to, body, anchor, at, at - from, length);
    if (to < 0) return undefined;
    at += length;
    anchor = at;
  }
  to = sequence(out, to, body, anchor, body.length, 0, 0);
  return to < 0 || to >= body.length ? undefined : out.subarray(0, to);
}

/** Writes a sequence; without a match where `length` is 0. Gives its end, or -1 where it does not fit. */
function sequence(
  out: Uint8Array, at: number, body: Uint8Array, anchor: number, end: number, offset: number, length: number,
): number {
  const literals = end - anchor;
  const match = length ? length - MIN_MATCH : 0;
  const room = 1 + literals + Math.ceil(literals / 255) + (length ? 3 + Math.ceil(match / 255) : 0);
  if (at + room > out.length) return -1;
  let to = at + 1;
  out[at] = (Math.min(literals, 15) << 4) | Math.min(match, 15);
  if (literals >= 15) to = extra(out, to, literals - 15);
  out.set(body.subarray(anchor, end), to);
  to += literals;
  if (!length) return to;
  out[to++] = offset & 255;
  out[to++] = offset >>> 8;
  return match >= 15 ? extra(out, to, match - 15) : to;
}

/** Writes what is left of a length of 15 or more. */
function extra(out: Uint8Array, at: number, value: number): number {
  let to = at;
  let rest = value;
  for (; rest >= 255; rest -= 255) out[to++] = 255;
  out[to++] = rest;
  return to;
}

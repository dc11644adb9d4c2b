// LZ4 blocks (codecs.md). The walk makes every check, so the decoder behind it needs none but for the length.
import { DashStreamError } from '../errors.js';

function fail(at: number, requirement: string): never {
  throw new DashStreamError('CODEC_PROFILE', at, requirement);
}

/** Reads the bytes that are added to a length of 15; gives the place behind them, or -1 where the body ends first. */
function lengthEnd(frame: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && frame[i] === 255) i++;
  return i < end ? i + 1 : -1;
}

/** LZ4-001 to LZ4-008 over bytes [start, end) of the frame; gives the length of the output. */
export function walkLz4(frame: Uint8Array, start: number, end: number): number {
  let pos = start;
  let output = 0;
  let lastMatch = -1;
  for (;;) {
    const token = pos;
    const high = frame[pos] >>> 4;
    const low = frame[pos] & 15;
    pos++;
    let literals = high;
    if (high === 15) {
      const after = lengthEnd(frame, pos, end);
      // LZ4-001: the body ends inside the literal length,
      if (after < 0) fail(token, 'LZ4-001');
      literals += (after - pos - 1) * 255 + frame[after - 1];
      pos = after;
    }
    // LZ4-001: or inside the literals.
    if (literals > end - pos) fail(token, 'LZ4-001');
    pos += literals;
    output += literals;
    if (pos === end) return checkLast(token, literals, low, output, lastMatch, token === start);
    // LZ4-002: the body ends inside the offset,
    if (end - pos < 2) fail(token, 'LZ4-002');
    const offset = frame[pos] | (frame[pos + 1] << 8);
    pos += 2;
    let match = low + 4;
    if (low === 15) {
      const after = lengthEnd(frame, pos, end);
      // LZ4-002: or inside the match length.
      if (after < 0) fail(token, 'LZ4-002');
      match += (after - pos - 1) * 255 + frame[after - 1];
      pos = after;
    }
    // LZ4-003: an offset of 0.
    if (offset === 0) fail(token, 'LZ4-003');
    // LZ4-004: an offset above the output so far.
    if (offset > output) fail(token, 'LZ4-004');
    lastMatch = output;
    output += match;
    // LZ4-005: the body ends with a match.
    if (pos === end) fail(token, 'LZ4-005');
  }
}

function checkLast(
  token: number, literals: number, low: number, output: number, lastMatch: number, only: boolean,
): number {
  // LZ4-006: fewer than 5 literals behind a match.
  if (!only && literals < 5) fail(token, 'LZ4-006');
  // LZ4-007: the last match begins too near the end.
  if (lastMatch >= 0 && output - lastMatch < 12) fail(token, 'LZ4-007');
  // LZ4-008: a match is announced that is not there.
  if (low !== 0) fail(token, 'LZ4-008');
  return output;
}

/** Decompresses a body that has passed the walk, into `out`, which is as long as its output. */
export function inflateLz4(frame: Uint8Array, start: number, end: number, out: Uint8Array): void {
  let pos = start;
  let to = 0;
  for (;;) {
    const token = frame[pos++];
    let literals = token >>> 4;
    if (literals === 15) {
      let byte: number;
      do literals += byte = frame[pos++]; while (byte === 255);
    }
    if (literals > 32) out.set(frame.subarray(pos, pos + literals), to);
    else for (let i = 0; i < literals; i++) out[to + i] = frame[pos + i];
    pos += literals;
    to += literals;
    if (pos === end) return;
    const offset = frame[pos] | (frame[pos + 1] << 8);
    pos += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let byte: number;
      do match += byte = frame[pos++]; while (byte === 255);
    }
    copyMatch(out, to, offset, match);
    to += match;
  }
}

/** Copies `length` bytes from `offset` before `to`; the two may overlap. */
export function copyMatch(out: Uint8Array, to: number, offset: number, length: number): void {
  const from = to - offset;
  if (offset >= length && length > 64) {
    out.copyWithin(to, from, from + length);
  } else if (offset === 1 && length > 16) {
    out.fill(out[from], to, to + length);
  } else {
    for (let i = 0; i < length; i++) out[to + i] = out[from + i];
  }
}

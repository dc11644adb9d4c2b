// The walk over a zstd frame (codecs.md): every check of the profile, before a decoder sees a byte.
import { DashStreamError } from '../errors.js';
import { MAX_ZSTD_BLOCK, MAX_ZSTD_WINDOW } from '../generated/registry.js';

function fail(at: number, requirement: string): never {
  throw new DashStreamError('CODEC_PROFILE', at, requirement);
}

/** Where the blocks of a frame begin and end. The 4 bytes of the checksum stand behind them. */
export interface ZstdFrame {
  readonly blocks: number;
  readonly checksum: number;
  readonly window: number;
}

const SIZE_LENGTHS = [0, 2, 4, 8];

/** The content size, as a double: 2^53 or more where it is not exact. */
function readSize(frame: Uint8Array, at: number, length: number): number {
  let size = 0;
  for (let i = length - 1; i >= 0; i--) size = size * 256 + frame[at + i];
  return length === 2 ? size + 256 : size;
}

/** ZST-001 to ZST-016 over bytes [start, end) of the frame. */
export function walkZstd(frame: Uint8Array, start: number, end: number, rawLen: number): ZstdFrame {
  // ZST-001: another magic number. (A body that ends inside of it does not begin with it.)
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  if (magic.some((byte, i) => start + i >= end || frame[start + i] !== byte)) fail(start, 'ZST-001');
  // ZST-002: the body ends before the descriptor.
  if (end - start < 5) fail(start, 'ZST-002');
  const descriptor = frame[start + 4];
  checkDescriptor(descriptor, start + 4);
  const single = (descriptor & 0x20) !== 0;
  const flag = descriptor >>> 6;
  const sizeLength = flag === 0 ? 1 : SIZE_LENGTHS[flag];
  const sizeAt = start + 5 + (single ? 0 : 1);
  const blocks = sizeAt + sizeLength;
  // ZST-002: the body ends before the rest of the header.
  if (blocks > end) fail(start, 'ZST-002');
  const window = single ? rawLen : windowOf(frame[start + 5]);
  // ZST-007: a window that is too large.
  if (!single && window > MAX_ZSTD_WINDOW) fail(start + 5, 'ZST-007');
  // ZST-008: another content size.
  if (readSize(frame, sizeAt, sizeLength) !== rawLen) fail(sizeAt, 'ZST-008');
  return { blocks, checksum: walkBlocks(frame, blocks, end, Math.min(window, MAX_ZSTD_BLOCK)), window };
}

function checkDescriptor(descriptor: number, at: number): void {
  // ZST-003: the reserved bit. ZST-009: the unused bit, 4, is not looked at.
  if (descriptor & 0x08) fail(at, 'ZST-003');
  // ZST-004: no checksum.
  if (!(descriptor & 0x04)) fail(at, 'ZST-004');
  // ZST-005: a dictionary.
  if (descriptor & 0x03) fail(at, 'ZST-005');
  // ZST-006: no content size.
  if (!(descriptor & 0xe0)) fail(at, 'ZST-006');
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** Walks the blocks; gives the place behind the last. */
function walkBlocks(frame: Uint8Array, start: number, end: number, largest: number): number {
  let pos = start;
  for (let last = 0; !last;) {
    // ZST-010: no room for a block header.
    if (end - pos < 3) fail(pos, 'ZST-010');
    const header = frame[pos] | (frame[pos + 1] << 8) | (frame[pos + 2] << 16);
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    last = header & 1;
    // ZST-011: the reserved type.
    if (type === 3) fail(pos, 'ZST-011');
    // ZST-012: a block of nothing.
    if (size === 0) fail(pos, 'ZST-012');
    // ZST-013: a block that is too large.
    if (size > largest) fail(pos, 'ZST-013');
    // ZST-014: the block runs past the end.
    const stored = type === 1 ? 1 : size;
    if (stored > end - pos - 3) fail(pos, 'ZST-014');
    pos += 3 + stored;
  }
  // ZST-016: no room for the checksum.
  if (end - pos < 4) fail(pos, 'ZST-016');
  // ZST-015: the body goes on.
  if (end - pos > 4) fail(pos + 4, 'ZST-015');
  return pos;
}

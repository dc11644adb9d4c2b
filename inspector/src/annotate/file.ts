// What a file has beside its frames (files.md).
import { crc32c, HEADER_LEN, MARKER_LEN, readMarker, SIGNATURE, standsAt } from '../port.js';
import type { Item, Section } from './item.js';
import { hex8 } from './prelude.js';

/** Whether these are the first bytes of a file of frames, one of whose signature or marker is intact. */
export function looksLikeFile(bytes: Uint8Array): boolean {
  return standsAt(bytes, 0, SIGNATURE.subarray(0, 4)) || readMarker(bytes.subarray(0, HEADER_LEN)) !== undefined;
}

/** The 28 bytes that a file begins with, or what there is of them. */
export function headerSection(file: Uint8Array): Section {
  const bytes = file.subarray(0, HEADER_LEN);
  const part = (at: number, size: number, name: string): Item =>
    ({ at, len: Math.max(0, Math.min(size, bytes.length - at)), depth: 0, name, value: '', note: '' });
  const judged = (item: Item, intact: boolean): Item => (intact ? { ...item, note: 'intact' } : { ...item, problem: 'damaged' });
  const crc = part(24, 4, 'CRC32C of the marker');
  const marker = readMarker(bytes) !== undefined;
  const items = [
    judged(part(0, 8, 'signature'), standsAt(bytes, 0, SIGNATURE)), judged(part(8, MARKER_LEN, 'sync marker'), marker),
    crc.len < 4 ? crc : { ...crc, ...(marker ? { note: 'matches' } : { note: 'does not match', problem: `the marker has ${hex8(crc32c(bytes, 8, 24))}` }) },
  ];
  return { title: 'file of frames', base: 'file', start: 0, bytes, items: items.filter((item) => item.len > 0) };
}

/** The marker in front of a frame. */
export function entrySection(bytes: Uint8Array, start: number): Section {
  const item: Item = { at: start, len: bytes.length, depth: 0, name: 'sync marker', value: '', note: '' };
  return { title: 'entry', base: 'file', start, bytes, items: [item] };
}

/** A range that a reader leaves out. */
export function rangeSection(bytes: Uint8Array, start: number, len: number, name: string, problem: string): Section {
  const item: Item = { at: start, len: bytes.length, depth: 0, name, value: `${len} bytes`, note: '', problem };
  return { title: name, base: 'file', start, bytes, items: [item] };
}

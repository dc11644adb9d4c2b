// Small frames in the address of the page: #hex=BE01...,BE01...
import { fromHex, toHex } from '../port.js';

/** Bytes up to which a link is offered. */
export const MAX_LINK = 4096;

export function linkTo(frames: readonly (Uint8Array | null)[]): string | undefined {
  if (frames.length === 0 || frames.some((frame) => frame === null || frame.length === 0)) return undefined;
  const total = frames.reduce((sum, frame) => sum + frame!.length, 0);
  return total > MAX_LINK ? undefined : `#hex=${frames.map((frame) => toHex(frame!)).join(',')}`;
}

/** The text of the frames that an address names, one a line; undefined where it names none. */
export function textOfLink(hash: string): string | undefined {
  const found = /^#hex=([0-9a-f,]+)$/i.exec(hash);
  if (!found) return undefined;
  const frames = found[1].toLowerCase().split(',');
  return frames.every((frame) => fromHex(frame)) ? frames.join('\n\n') : undefined;
}

import { DashStreamError } from './errors.js';
import { decodeMetadata, type Metadata } from './generated/messages.js';
import { metadataFault } from './rules.js';
import { Scan, SCAN_FAILED } from './wire/scan.js';

/** The tag of the nth occurrence of a field, or `end` where there is none. */
function placeOf(notes: readonly number[], field: number, index: number, end: number): number {
  let left = index;
  for (let i = 0; i < notes.length; i += 2) {
    if (notes[i] === field && left-- === 0) return notes[i + 1];
  }
  return end;
}

/** Scans and checks the metadata in bytes [start, end) of a frame. */
export function readMetadata(
  frame: Uint8Array, start: number, end: number, dropCount: number, tenant: string | undefined,
): Metadata {
  const scan = new Scan(frame);
  scan.pos = start;
  let metadata: Metadata;
  try {
    metadata = decodeMetadata(scan, end);
  } catch (thrown) {
    if (thrown !== SCAN_FAILED) throw thrown;
    throw new DashStreamError('METADATA_WIRE', scan.tagAt, scan.requirement);
  }
  const fault = metadataFault(metadata, dropCount);
  if (fault) {
    throw new DashStreamError('METADATA_FIELD', placeOf(scan.notes, fault.field, fault.index, end), fault.requirement);
  }
  // META-014: another tenant than the one expected. (Equal texts are equal bytes.)
  if (tenant !== undefined && tenant !== metadata.tenant) {
    throw new DashStreamError('TENANT_MISMATCH', placeOf(scan.notes, 1, 0, end), 'META-014');
  }
  return metadata;
}

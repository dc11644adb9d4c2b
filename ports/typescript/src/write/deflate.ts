import { Codec } from '../generated/registry.js';
import { deflateLz4 } from './lz4.js';
import { refuse } from './refuse.js';

/** Compresses a body to one zstd frame with content size and checksum; `loadZstd` of `dashstream/zstd` gives one. */
export type ZstdCompressor = (body: Uint8Array, level: number) => Uint8Array;

export interface CodecOptions {
  /** Absent: none. */
  readonly codec?: number;
  /** Absent: the writer's own. */
  readonly level?: number;
  /** A body of fewer bytes is stored as it is. */
  readonly threshold?: number;
  /** Needed for zstd. */
  readonly zstd?: ZstdCompressor;
}

const DEFAULT_ZSTD_LEVEL = 3;

/** The body as it is stored, and with which codec. */
export function deflate(body: Uint8Array, options: CodecOptions): { codec: number; stored: Uint8Array } {
  const { codec = Codec.NONE, threshold = 0 } = options;
  checkLevel(codec, options.level);
  const plain = { codec: Codec.NONE, stored: body };
  // COD-005: too short to be compressed.
  if (codec === Codec.NONE || body.length < threshold) return plain;
  const stored = codec === Codec.ZSTD ? options.zstd!(body, options.level ?? DEFAULT_ZSTD_LEVEL) : deflateLz4(body);
  // COD-004: compression does not pay.
  return stored === undefined || stored.length >= body.length ? plain : { codec, stored };
}

/** Refuses a codec or level that there is not. */
export function checkCodec(options: CodecOptions): void {
  const { codec = Codec.NONE } = options;
  if (codec !== Codec.NONE && codec !== Codec.ZSTD && codec !== Codec.LZ4) refuse('CODEC');
  checkLevel(codec, options.level);
  if (codec === Codec.ZSTD && !options.zstd) refuse('CODEC', 'JSON-002', 'no zstd compressor was given: see loadZstd');
}

/** COD-006: a level outside the range of the codec. */
function checkLevel(codec: number, level: number | undefined): void {
  if (level === undefined) return;
  const most = codec === Codec.ZSTD ? 22 : codec === Codec.LZ4 ? 1 : 0;
  if (!Number.isInteger(level) || level < 1 || level > most) refuse('LEVEL', 'COD-006');
}

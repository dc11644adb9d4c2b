// All that the inspector takes from the port, and the only file that knows where the port is.
export {
  DashStreamError, decodeFrame, ERRORS, fileReport, FrameFileReader, frameToJson, GREASE, Kind, Codec, Ledger, ledgerReport,
  lintFrame, MAX_RAW_LEN, MAX_RECORDS, MAX_STRINGS, PRELUDE_LEN, recordToJson, stringifyJson,
} from '../../ports/typescript/src/index.js';
export type {
  AccountReport, EndVerdict, ErrorCode, Fault, FileEvent, Frame, JsonObject, JsonValue, LedgerVerdict, ReadOptions,
} from '../../ports/typescript/src/index.js';
export { crc32c } from '../../ports/typescript/src/crc32c.js';
export { MAGIC, readPrelude } from '../../ports/typescript/src/prelude.js';
export { KINDS } from '../../ports/typescript/src/generated/kinds.js';
export { BodyTable, MetadataTable } from '../../ports/typescript/src/generated/tables.js';
export type { FieldTable, MessageTable } from '../../ports/typescript/src/wire/table.js';
export { decodeUtf8 } from '../../ports/typescript/src/wire/utf8.js';
export { fromHex, toHex } from '../../ports/typescript/src/json/hex.js';
export { HEADER_LEN, MARKER_LEN, readMarker, SIGNATURE, standsAt } from '../../ports/typescript/src/file/signature.js';
export { inflateLz4, walkLz4 } from '../../ports/typescript/src/codec/lz4.js';
export { inflateZstd } from '../../ports/typescript/src/codec/zstd.js';
export { walkZstd } from '../../ports/typescript/src/codec/zstd-walk.js';

// Encodes the same 1,000 records, side by side: DashStream frames, and plain protobuf.
import { encodeFrame } from '../src/write/encode.js';
import { loadZstd } from '../src/zstd.js';
import { plainEncoder } from './plain.js';
import { content } from './records.js';
import { measure, print } from './rounds.js';

const input = content(1000);
const zstd = await loadZstd();

print(measure({
  'dashstream, zstd': () => encodeFrame(input, { codec: 1, zstd }),
  'dashstream, lz4': () => encodeFrame(input, { codec: 2 }),
  'dashstream, none': () => encodeFrame(input),
  'protobufjs': plainEncoder(input),
}, Number(process.argv[2] ?? 60)), ['protobufjs'], input.records.length);

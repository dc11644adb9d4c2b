// Decodes the same 1,000 records, side by side: DashStream frames with every check made, and plain protobuf, which is
// neither compressed nor checked. Both make an object for each record and for its payload.
import { decompress } from 'fzstd';
import { decodeFrame } from '../src/frame.js';
import { encodeFrame } from '../src/write/encode.js';
import { loadZstd } from '../src/zstd.js';
import { plain } from './plain.js';
import { content } from './records.js';
import { measure, print } from './rounds.js';

const input = content(1000);
const zstd = await loadZstd();
const frames = { none: encodeFrame(input), lz4: encodeFrame(input, { codec: 2 }), zstd: encodeFrame(input, { codec: 1, zstd }) };
const { bytes, protobufjs, bufbuild } = plain(input);
const packed = zstd(bytes, 3);

console.log(`frame ${frames.zstd.length} bytes (zstd), ${frames.lz4.length} (lz4), ${frames.none.length} (none); `
  + `plain protobuf ${bytes.length}, ${packed.length} behind zstd`);
print(measure({
  'dashstream, zstd': () => decodeFrame(frames.zstd),
  'dashstream, lz4': () => decodeFrame(frames.lz4),
  'dashstream, none': () => decodeFrame(frames.none),
  'protobufjs': protobufjs,
  'protobufjs behind fzstd': () => {
    decompress(packed);
    return protobufjs();
  },
  '@bufbuild/protobuf': bufbuild,
}, Number(process.argv[2] ?? 60)), ['protobufjs', '@bufbuild/protobuf'], input.records.length);

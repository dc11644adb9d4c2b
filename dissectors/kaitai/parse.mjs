// What the parser in JavaScript finds: JSON Lines of inputs on stdin, one answer a line. The twin of parse.py.
// usage: parse.mjs FOLDER_OF_THE_GENERATED_PARSERS
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { argv, stdin } from "node:process";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const KaitaiStream = require("kaitai-struct/KaitaiStream");
const { DashstreamFile } = require(resolve(argv[2], "DashstreamFile.js"));
const { DashstreamFrame: Frame } = require(resolve(argv[2], "DashstreamFrame.js"));

// How a parser refuses. Anything else ends the program, and the test with it. (Text that is no UTF-8 passes here.)
const REFUSALS = {
  EOFError: "end",
  ValidationNotEqualError: "check",
  ValidationExprError: "check",
  ValidationGreaterThanError: "check",
};

const NUMBERS = {
  version: "version",
  critical_flags: "criticalFlags",
  ancillary_flags: "ancillaryFlags",
  prelude_crc: "preludeCrc",
  metadata_crc: "metadataCrc",
  body_crc: "bodyCrc",
  body_len: "bodyLen",
  raw_len: "rawLen",
  metadata_len: "metadataLen",
  codec: "codec",
  schema: "schema",
  record_count: "recordCount",
  drop_count: "dropCount",
  base_sequence: "baseSequence",
  epoch: "epoch",
  lane: "lane",
  span: "span",
};
const FLAGS = { has_dictionary: "hasDictionary", has_encrypted: "hasEncrypted", has_grease: "hasGrease" };

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** Of a member of an enumeration; the number where there is none. */
const name = (members, number) => members[number]?.toLowerCase() ?? number;

function refused(error) {
  if (!(error.name in REFUSALS)) throw error;
  return { refused: REFUSALS[error.name] };
}

function found(value) {
  switch (value.constructor) {
    case Frame.Varint:
    case Frame.Fixed32:
    case Frame.Fixed64:
      return String(value.value);
    case Frame.Text:
      return value.value;
    case Frame.Blob:
      return hex(value.value);
    case Frame.Packed:
      return value.column.values.map((v) => [String(v.value), String(v.signed)]);
    case Frame.PackedKinds:
      return value.column.values.map((v) => [String(v.number.value), name(Frame.Kind, v.kind)]);
    case Frame.Ids:
      return value.table.ids.map(hex);
    case Frame.NestedContext:
      return fields(value.value, Frame.ContextFieldId);
    case Frame.NestedRedaction:
      return fields(value.value, Frame.RedactionFieldId);
    case Frame.UnknownField:
      return { unknown: found(value.value) };
    default:
      throw new TypeError(value.constructor.name);
  }
}

function fields(message, names) {
  return message.fields.map((field) => [name(names, field.id), found(field.value)]);
}

/** The fields of a part; null where it stays bytes; why, where it cannot be read. */
function opened(part, names) {
  if (part instanceof Uint8Array) return null;
  try {
    return fields(part, names);
  } catch (error) {
    return refused(error);
  }
}

function frame(value, length) {
  const prelude = value.prelude;
  const numbers = {};
  for (const [field, property] of Object.entries(NUMBERS)) numbers[field] = String(prelude[property]);
  return {
    length,
    numbers,
    codec: name(Frame.Codec, prelude.codec),
    flags: Object.keys(FLAGS).filter((flag) => prelude[FLAGS[flag]]),
    producer_id: hex(prelude.producerId),
    sha256: {
      prelude: sha256(prelude.preludeCrcHead, prelude.preludeCrcTail),
      metadata: sha256(value._raw_metadata ?? value.metadata),
      body: sha256(value._raw_body ?? value.body),
    },
    metadata: opened(value.metadata, Frame.MetadataFieldId),
    body: opened(value.body, Frame.BodyFieldId),
  };
}

function parse(question) {
  const runs = question.bytes.map((run) => Buffer.from(run.hex.repeat(run.times), "hex"));
  const data = Uint8Array.from(Buffer.concat(runs));
  const stream = new KaitaiStream(data.buffer);
  try {
    if (question.what === "frame") {
      const value = new Frame(stream);
      return frame(value, stream.pos);
    }
    const file = new DashstreamFile(stream);
    const length = ({ prelude }) => 64 + prelude.metadataLen + prelude.bodyLen;
    return {
      marker: hex(file.syncMarker),
      marker_crc: file.syncMarkerCrc,
      entries: file.entries.map((entry) => frame(entry.frame, length(entry.frame))),
    };
  } catch (error) {
    return refused(error);
  }
}

for await (const line of createInterface({ input: stdin, crlfDelay: Infinity })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify({ id: question.id, ...parse(question) }));
}

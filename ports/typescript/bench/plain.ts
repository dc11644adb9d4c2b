// Plain protobuf for the same records: one message with a list of events, every text where it belongs.
import protobuf from 'protobufjs';
import { createFileRegistry, create, fromBinary, type DescMessage } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { KINDS } from '../src/generated/kinds.js';
import type { FrameInput } from '../src/write/input.js';
import type { MessageTable } from '../src/wire/table.js';

interface PlainField { name: string; number: number; type: string; repeated: boolean; oneof?: boolean }
type PlainMessage = { name: string; fields: PlainField[] };

/** Each message of the schema, with a string for each ref. */
function plainMessages(): PlainMessage[] {
  const seen = new Map<string, PlainMessage>();
  const add = (table: MessageTable) => {
    if (seen.has(table.name)) return;
    seen.set(table.name, {
      name: table.name,
      fields: table.fields.map((f) => ({ name: f.key, number: f.number, repeated: f.repeated, type: f.ref ? 'string' : f.message ? f.message.name : f.type })),
    });
    for (const f of table.fields) if (f.message) add(f.message);
  };
  for (const entry of KINDS) if (entry) add(entry.table);
  return [...seen.values()];
}

const ENVELOPE: PlainField[] = [
  ['sequence', 'uint64'], ['kind', 'uint32'], ['timeUs', 'uint64'], ['thread', 'string'], ['node', 'string'], ['run', 'string'],
  ['task', 'string'], ['parent', 'uint64'], ['traceId', 'bytes'], ['spanId', 'bytes'],
].map(([name, type], i) => ({ name, type, number: i + 1, repeated: false }));

const payloadName = (kind: number) => `payload${kind}`;

function allMessages(): PlainMessage[] {
  const payloads = KINDS.flatMap((e) => (e ? [{ name: payloadName(e.kind), number: 20 + e.kind, type: e.table.name, repeated: false, oneof: true }] : []));
  return [...plainMessages(), { name: 'Event', fields: [...ENVELOPE, ...payloads] },
    { name: 'Batch', fields: [{ name: 'events', number: 1, type: 'Event', repeated: true }] }];
}

function batchType(): protobuf.Type {
  // Numbers of 64 bits as doubles: the faster of the two ways that protobufjs has.
  protobuf.util.Long = undefined as never;
  protobuf.configure();
  const root = new protobuf.Root();
  for (const m of allMessages()) {
    const type = new protobuf.Type(m.name);
    for (const f of m.fields) type.add(new protobuf.Field(f.name, f.number, f.type, f.repeated ? 'repeated' : undefined));
    root.add(type);
  }
  return root.lookupType('Batch');
}

function events(input: FrameInput): object {
  return { events: input.records.map(({ payload, ...envelope }) => ({ ...envelope, [payloadName(envelope.kind)]: payload })) };
}

export interface Plain {
  readonly bytes: Uint8Array;
  readonly protobufjs: () => unknown;
  readonly bufbuild: () => unknown;
}

export function plain(input: FrameInput): Plain {
  const batch = batchType();
  const bytes = batch.encode(batch.fromObject(events(input))).finish();
  const schema = bufbuildSchema();
  const count = (decoded: unknown) => (decoded as { events: unknown[] }).events.length;
  if (count(batch.decode(bytes)) !== input.records.length || count(fromBinary(schema, bytes)) !== input.records.length) {
    throw new Error('plain protobuf does not hold the records');
  }
  return { bytes, protobufjs: () => batch.decode(bytes), bufbuild: () => fromBinary(schema, bytes) };
}

export function plainEncoder(input: FrameInput): () => unknown {
  const batch = batchType();
  const message = events(input);
  return () => batch.encode(message).finish();
}

const TYPES: Record<string, number> = { double: 1, uint64: 4, fixed32: 7, bool: 8, string: 9, bytes: 12, uint32: 13, sint64: 18 };

function bufbuildSchema(): DescMessage {
  const file = create(FileDescriptorProtoSchema, { name: 'plain.proto', syntax: 'proto3' }) as FileDescriptorProto;
  for (const m of allMessages()) {
    file.messageType.push({
      $typeName: 'google.protobuf.DescriptorProto', name: m.name, nestedType: [], enumType: [], extensionRange: [], extension: [],
      oneofDecl: m.name === 'Event' ? [{ $typeName: 'google.protobuf.OneofDescriptorProto', name: 'payload' }] : [], reservedRange: [], reservedName: [],
      visibility: 0,
      field: m.fields.map((f) => ({
        $typeName: 'google.protobuf.FieldDescriptorProto', name: f.name, number: f.number, label: f.repeated ? 3 : 1, jsonName: f.name,
        type: TYPES[f.type] ?? 11, typeName: TYPES[f.type] ? '' : `.${f.type}`, extendee: '', defaultValue: '',
        oneofIndex: f.oneof ? 0 : undefined, proto3Optional: false,
      })) as never,
    } as never);
  }
  const set = create(FileDescriptorSetSchema, { file: [file] });
  return createFileRegistry(set).getMessage('Batch')!;
}

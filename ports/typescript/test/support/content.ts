import { KINDS } from '../../src/generated/kinds.js';
import { Kind } from '../../src/generated/registry.js';
import type { FieldTable, MessageTable } from '../../src/wire/table.js';
import type { FrameInput, RecordInput } from '../../src/write/input.js';
import type { Random } from './random.js';

const TEXTS = ['a', 'node', 'Grüße', '漢字', '🜁 fire', 'x'.repeat(300), 'line\nbreak', '\ufeffmark'];
const TOP = Number.MAX_SAFE_INTEGER;

function number(random: Random): number {
  return random.pick([0, 1, 127, 128, 2 ** 31, 2 ** 32, TOP - 1, TOP, random.below(100000)]);
}

function value(random: Random, field: FieldTable): unknown {
  if (field.ref || field.type === 'string') return random.pick(TEXTS);
  switch (field.type) {
    case 'uint32': return random.pick([0, 1, 200, 2 ** 32 - 1]);
    case 'fixed32': return random.below(2 ** 32);
    case 'sint64': return random.pick([1, -1]) * number(random);
    case 'uint64': return number(random);
    case 'bool': return random.below(2) === 1;
    case 'double': return random.pick([0, -0, 1.5, -1e300, Infinity, -Infinity, NaN, random.next()]);
    case 'bytes': return random.bytes(random.below(20));
    case 'message': return message(random, field.message!);
  }
}

function list(random: Random, field: FieldTable): unknown[] {
  return Array.from({ length: random.below(4) }, () => (field.ref && random.below(4) === 0 ? null : value(random, field)));
}

function message(random: Random, table: MessageTable): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const field of table.fields) {
    if (random.below(3)) made[field.key] = field.repeated ? list(random, field) : value(random, field);
  }
  return table.name === 'Attribute' ? { key: `k${random.below(1e9)}`, value: made.value } : made;
}

/** Makes what no rule of its message refuses. */
function repair(random: Random, kind: number, p: Record<string, any>): void {
  const hash = () => (random.below(2) ? random.bytes(32) : new Uint8Array(0));
  switch (kind) {
    case Kind.GRAPH_START:
      if (p.parent) p.parent = { producerId: random.bytes(16).fill(7, 0, 1), epoch: 1, lane: 0, sequence: TOP };
      break;
    case Kind.METRICS:
      p.intName = (p.intValue ?? []).map(() => random.pick(TEXTS));
      p.floatName = (p.floatValue ?? []).map(() => random.pick(TEXTS));
      break;
    case Kind.STATE_DIFF:
      p.baseHash = hash();
      p.resultHash = hash();
      for (const op of p.ops ?? []) op.op = 1 + random.below(6);
      break;
    case Kind.STATE_SNAPSHOT:
      Object.assign(p, { hash: hash(), chunkIndex: 2, chunkCount: 3 });
      break;
    case Kind.CHECKPOINT_MANIFEST:
      Object.assign(p, { generation: TOP, parentGeneration: 1, chunkCount: 1, sha256: random.bytes(32) });
      break;
    case Kind.CHECKPOINT_CHUNK: p.generation = 1; break;
    case Kind.LATE_DROPS: Object.assign(p, { first: 1, count: 1, reason: 1 }); break;
    case Kind.LANE_END: Object.assign(p, { hasNext: true, nextLane: 5 }); break;
  }
}

function record(random: Random, sequence: number, trace: Uint8Array): RecordInput {
  // Not EPOCH_START, which stands at 1 only, and not REDACTED.
  const kinds = KINDS.filter((e) => e && e.kind !== Kind.EPOCH_START && e.kind !== Kind.REDACTED).map((e) => e!.kind);
  const kind = random.below(10) ? random.pick(kinds) : 4097;
  const text = () => (random.below(3) ? random.pick(TEXTS) : undefined);
  const payload = kind === 4097 ? undefined : message(random, KINDS[kind]!.table);
  if (payload) repair(random, kind, payload);
  return {
    sequence, kind, timeUs: number(random), thread: text(), node: text(), run: text(), task: text(),
    parent: random.below(2) ? sequence - 1 - random.below(Math.min(sequence - 1, 9)) : undefined,
    traceId: random.below(2) ? trace : random.bytes(16).fill(1, 0, 1), spanId: random.below(2) ? random.bytes(8).fill(1, 0, 1) : undefined,
    payload, opaque: payload ? undefined : random.bytes(random.below(9)),
  } as unknown as RecordInput;
}

/** The content of a frame that a writer takes. */
export function randomContent(random: Random): FrameInput {
  const count = 1 + random.below(20);
  const base = random.pick([2, 1000, TOP - 100]);
  const drops = random.below(3);
  const trace = random.bytes(16).fill(9, 0, 1);
  let sequence = base - 1;
  const records = Array.from({ length: count }, (_, i) => {
    sequence += 1 + (i === 0 ? drops : 0);
    return record(random, sequence, trace);
  });
  return {
    producerId: random.bytes(16).fill(3, 0, 1), baseSequence: base, epoch: 1 + random.below(9), lane: random.below(3), records,
    metadata: {
      tenant: random.pick(TEXTS.slice(0, 5)), bootNonce: random.bytes(8), baseTimeUs: number(random), traceId: trace,
      dropReason: drops ? [1] : [], dropReasonCount: drops ? [drops] : [], droppedTotal: TOP,
      contexts: random.below(2) ? [{ run: 'r' }] : [],
    },
  };
}

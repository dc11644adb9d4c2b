// The records of the benchmark: 1,000 events of one agent run, and the same in plain protobuf.
import type { FrameInput, KnownRecordInput, RecordInput } from '../src/write/input.js';
import { Kind } from '../src/generated/registry.js';

let state = 12345;

/** A small generator of numbers, the same in every run. */
function random(below: number): number {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function id(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => 1 + random(255));
}

const WORDS = 'the agent asks a model for the next step and waits until a tool has answered with what it found there'.split(' ');

function words(count: number): string {
  return Array.from({ length: count }, () => WORDS[random(WORDS.length)]).join(' ');
}

const pick = (from: string, of: number) => `${from}-${random(of)}`;
const attributes = () => [{ key: 'service.name', value: pick('worker', 8) }, { key: 'region', value: pick('eu-west', 3) }];

function payload(i: number): Pick<KnownRecordInput, 'kind' | 'payload'> {
  switch (i % 6) {
    case 0: return { kind: Kind.NODE_START, payload: { attempt: 1, step: i >> 3, attributes: attributes() } };
    case 1: return { kind: Kind.LLM_START, payload: { request: pick('req', 200), model: pick('model', 3), provider: 'provider', input: `{"prompt":"${words(12)}"}` } };
    case 2: return {
      kind: Kind.LLM_END,
      payload: {
        request: pick('req', 200), model: pick('model', 3), durationUs: 500000 + random(9000000), status: 1, finishReason: 'stop',
        inputTokens: random(8000), outputTokens: random(2000), attributes: attributes(),
      },
    };
    case 3: return { kind: Kind.TOOL_CALL, payload: { call: pick('call', 300), tool: pick('tool', 12), arguments: `{"query":"${words(6)}","limit":${random(50)}}` } };
    case 4: return { kind: Kind.TOOL_RESULT, payload: { call: pick('call', 300), tool: pick('tool', 12), result: words(15), durationUs: random(4000000), status: 1 } };
    default: return { kind: Kind.NODE_END, payload: { durationUs: random(20000000), status: 1, attributes: attributes() } };
  }
}

/** A frame's content of `count` events. */
export function content(count: number): FrameInput {
  const trace = id(16);
  let time = 1_700_000_000_000_000;
  const records = Array.from({ length: count }, (_, i) => ({
    sequence: 1 + i, timeUs: (time += 100 + random(5000)), thread: pick('thread', 4), node: pick('node', 20), run: 'run-1',
    task: pick('task', 60), parent: i ? 1 + random(i) : undefined, traceId: trace, spanId: id(8), ...payload(i),
  }) as RecordInput);
  return {
    producerId: id(16), baseSequence: 1, epoch: 1, lane: 0, ancillaryFlags: 0,
    metadata: { tenant: 'acme', bootNonce: id(8), baseTimeUs: 1_700_000_000_000_000, traceId: trace }, records,
  };
}

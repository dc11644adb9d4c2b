// The engine in a worker.
import { Engine } from './engine.js';
import type { Calls } from './protocol.js';

/** A call, or what came of one. */
export interface Request { readonly id: number; readonly call: keyof Calls; readonly args: readonly unknown[] }
export type Reply =
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly failed: string }
  | { readonly done: number; readonly of: number };

interface Scope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply): void;
}

export function serve(scope: Scope): void {
  const engine = new Engine((done, of) => scope.postMessage({ done, of }));
  scope.onmessage = async ({ data: { id, call, args } }) => {
    try {
      const ok = await (engine[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
      scope.postMessage({ id, ok });
    } catch (error) {
      scope.postMessage({ id, failed: String(error) });
    }
  };
}

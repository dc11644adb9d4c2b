// The page's side of the engine: in a worker where the browser starts one, and beside the page where it does not.
import { Engine } from './engine.js';
import type { Calls, Progress } from './protocol.js';
import type { Reply } from './serve.js';

interface Waiting { resolve(value: unknown): void; reject(error: Error): void }

/** What a call gives that was overtaken by a new load. */
export class Stopped extends Error {}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

export class Client {
  /** Whether the engine has a thread of its own. */
  threaded = true;
  private worker: Worker | undefined;
  private engine: Engine | undefined;
  private waiting = new Map<number, Waiting>();
  private next = 1;
  private readonly url: string;

  constructor(source: string, private readonly progress: Progress) {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
    this.url = types ? types.createPolicy('dashstream-worker', { createScriptURL: (one) => one }).createScriptURL(url) : url;
  }

  /** Starts the engine; true where it has a thread of its own. */
  async start(): Promise<boolean> {
    this.threaded = await this.startWorker();
    if (!this.threaded) this.engine = new Engine(this.progress);
    return this.threaded;
  }

  private startWorker(): Promise<boolean> {
    return new Promise((resolve) => {
      try {
        const worker = new Worker(this.url);
        worker.onmessage = (event: MessageEvent<Reply>) => this.receive(event.data);
        // Refused by policy, or broken: whoever waits is told.
        worker.onerror = (event) => {
          event.preventDefault();
          resolve(false);
          this.fail(new Error(event.message || 'the worker ended'));
        };
        this.worker = worker;
        this.call('parts', 0, 0).then(() => resolve(true), () => resolve(false));
      } catch {
        resolve(false);
      }
    });
  }

  private receive(reply: Reply): void {
    if ('done' in reply) return this.progress(reply.done, reply.of);
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('ok' in reply) waiting?.resolve(reply.ok);
    else waiting?.reject(new Error(reply.failed));
  }

  private fail(error: Error): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of waiting) one.reject(error);
  }

  call<K extends keyof Calls>(call: K, ...args: Parameters<Calls[K]>): ReturnType<Calls[K]> {
    if (this.engine) {
      return (this.engine[call] as (...args: Parameters<Calls[K]>) => ReturnType<Calls[K]>)(...args);
    }
    const id = this.next++;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.worker!.postMessage({ id, call, args });
    return answer as ReturnType<Calls[K]>;
  }

  /** Gives up whatever is under way. */
  async stop(): Promise<void> {
    this.fail(new Stopped('stopped'));
    if (this.engine) this.engine = new Engine(this.progress);
    else {
      this.worker?.terminate();
      await this.start();
    }
  }
}

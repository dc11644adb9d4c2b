import type { Frame } from '../frame.js';
import type { Verdict } from '../generated/registry.js';
import type { Prelude } from '../prelude.js';
import type { Account } from './account.js';
import type { LedgerVerdict } from './types.js';

/** What a ledger knows of a lane. */
export interface Lane {
  readonly producerId: string;
  readonly lane: number;
  readonly accounts: Map<number, Account>;
  tenant: string | undefined;
  partition: number | undefined;
  ended: boolean;
  current: number;
  epochsFrom: number;
}

/** A frame on its way through the steps. */
export interface Arrival {
  readonly prelude: Prelude;
  /** Undefined where the frame was rejected. */
  readonly frame: Frame | undefined;
  readonly partition: number | undefined;
  readonly from: number;
  readonly to: number;
  readonly original: number | undefined;
  readonly said: LedgerVerdict[];
}

export function say(arrival: Arrival, verdict: Verdict, arg?: number): void {
  arrival.said.push(arg === undefined ? { verdict } : { verdict, arg });
}

import type { Verdict } from '../generated/registry.js';
import type { Tail } from './account.js';

/** What a ledger says of a frame. */
export interface LedgerVerdict {
  readonly verdict: Verdict;
  /** The number beside it, for verdicts that have one. */
  readonly arg?: number;
}

/** What a ledger says of a lane at the end of the input. */
export interface EndVerdict extends LedgerVerdict {
  readonly producerId: string;
  readonly lane: number;
}

/** One line of the account. */
export interface AccountReport {
  readonly producerId: string;
  readonly lane: number;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly seen: number;
  readonly declared: number;
  readonly unreadable: number;
  readonly lost: number;
  readonly tail: Tail;
}

/** How much a ledger remembers; without a bound, everything. */
export interface LedgerBounds {
  /** Counted ranges of an account. */
  readonly counted?: number;
  /** Missing ranges of an account. */
  readonly missing?: number;
  /** Accounts of a lane. */
  readonly epochs?: number;
  /** Boot nonces of a producer. */
  readonly nonces?: number;
}

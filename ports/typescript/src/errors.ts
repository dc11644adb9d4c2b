import { ERRORS, type ErrorCode } from './generated/registry.js';

export type { ErrorCode };

/** Where and why a frame, a file or an input was refused. */
export interface Fault {
  readonly code: ErrorCode;
  /** Byte offset; errors.md says from where it counts. 0 for codes without one. */
  readonly offset: number;
  /** Id of the requirement that is broken, such as PRE-004. */
  readonly requirement: string;
}

/** The one error that this package throws for bad input. It never quotes bytes of a body (SEC-001). */
export class DashStreamError extends Error implements Fault {
  readonly code: ErrorCode;
  readonly offset: number;
  readonly requirement: string;

  constructor(code: ErrorCode, offset: number, requirement: string, detail = ERRORS[code].text) {
    super(`${code} at ${offset} (${requirement}): ${detail}`);
    this.name = 'DashStreamError';
    this.code = code;
    this.offset = offset;
    this.requirement = requirement;
  }

  /** corrupt, unsupported, limit, producer-bug or usage: what to do with the input. */
  get class(): string {
    return ERRORS[this.code].class;
  }
}

import { DashStreamError, type ErrorCode } from '../errors.js';

/** Refuses an input. A writer's errors have no offset. */
export function refuse(code: ErrorCode, requirement = 'JSON-002', detail?: string): never {
  throw new DashStreamError(code, 0, requirement, detail);
}

/** Refuses what cannot be put into a frame at all. */
export function refuseInput(detail: string): never {
  return refuse('INPUT', 'JSON-002', detail);
}

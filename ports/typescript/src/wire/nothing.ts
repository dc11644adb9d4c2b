/** The one empty list, shared by every message that has none. */
export const NOTHING: readonly never[] = Object.freeze([]);

/** The one empty value of a bytes field. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** A type of a field, by wire.md. */
export type FieldType = 'uint32' | 'uint64' | 'sint64' | 'bool' | 'double' | 'fixed32' | 'string' | 'bytes' | 'message';

/** What the schema says of a field, for whatever is not worth a function of its own for each message. */
export interface FieldTable {
  readonly number: number;
  /** Name in the JSON form. */
  readonly name: string;
  /** Name in the objects of this package. */
  readonly key: string;
  readonly type: FieldType;
  readonly wire: 0 | 1 | 2 | 5;
  readonly repeated: boolean;
  readonly packed: boolean;
  readonly ref: boolean;
  readonly message?: MessageTable;
}

/** What the schema says of a message. */
export interface MessageTable {
  readonly name: string;
  readonly fields: readonly FieldTable[];
}

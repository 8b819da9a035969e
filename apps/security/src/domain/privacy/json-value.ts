/** A value of a record, as google.protobuf.Struct has them. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonRecord;

/** A record. */
export interface JsonRecord {
  readonly [name: string]: JsonValue;
}

/** Whether a value has values of its own. */
export const isContainer = (value: JsonValue): value is JsonValue[] | JsonRecord =>
  typeof value === 'object' && value !== null;

/** What a plain value is scanned and hashed as; undefined for null and booleans. */
export const textOf = (value: JsonValue): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

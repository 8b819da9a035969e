import {
  ANY,
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '@weir/contracts/agent';
import { calendarText, intervalText, timestampText } from './times.ts';

type Value = NonNullable<Cell['value']>;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** A value of the engine as a cell; nothing passes through a double that is not one. */
export function cellOf(value: DuckDBValue, type: DuckDBType): Cell {
  return { value: value === null ? undefined : valueOf(value, type) };
}

function valueOf(value: NonNullable<DuckDBValue>, type: DuckDBType): Value {
  switch (typeof value) {
    case 'boolean':
      return { $case: 'boolValue', value };
    case 'bigint':
      return integer(value);
    case 'number':
      return isFloat(type) ? { $case: 'doubleValue', value } : integer(BigInt(value));
    case 'string':
      return { $case: 'stringValue', value };
    default:
      return times(value) ?? nested(value, type) ?? other(value);
  }
}

const isFloat = ({ typeId }: DuckDBType): boolean => typeId === DuckDBTypeId.FLOAT || typeId === DuckDBTypeId.DOUBLE;

const integer = (value: bigint): Value =>
  value >= MIN_INT64 && value <= MAX_INT64
    ? { $case: 'intValue', value }
    : { $case: 'decimalValue', value: value.toString() };

type ValueObject = Exclude<NonNullable<DuckDBValue>, boolean | number | bigint | string>;

function times(value: ValueObject): Value | undefined {
  if (value instanceof DuckDBTimestampTZValue) return { $case: 'timestampValue', value: timestampText(value.micros) };
  if (
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue ||
    value instanceof DuckDBDateValue ||
    value instanceof DuckDBTimeValue
  ) {
    return { $case: 'calendarValue', value: calendarText(value.toString()) };
  }
  if (value instanceof DuckDBIntervalValue) return { $case: 'calendarValue', value: intervalText(value) };
  return undefined;
}

function nested(value: ValueObject, type: DuckDBType): Value | undefined {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    const items = type instanceof DuckDBListType || type instanceof DuckDBArrayType ? type.valueType : ANY;
    return { $case: 'listValue', value: { cells: value.items.map((item) => cellOf(item, items)) } };
  }
  if (value instanceof DuckDBStructValue) {
    const types = type instanceof DuckDBStructType ? type.entryTypes : [];
    return struct(Object.entries(value.entries).map(([key, item], index) => [key, cellOf(item, types[index] ?? ANY)]));
  }
  if (value instanceof DuckDBMapValue) {
    const items = type instanceof DuckDBMapType ? type.valueType : ANY;
    return struct(value.entries.map(({ key, value: item }) => [String(key), cellOf(item, items)]));
  }
  return undefined;
}

const struct = (entries: readonly (readonly [string, Cell])[]): Value => ({
  $case: 'structValue',
  value: { fields: Object.fromEntries(entries) },
});

function other(value: ValueObject): Value {
  if (value instanceof DuckDBDecimalValue) return { $case: 'decimalValue', value: value.toString() };
  if (value instanceof DuckDBBlobValue) return { $case: 'bytesValue', value: Buffer.from(value.bytes) };
  return { $case: 'stringValue', value: String(value) };
}

import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBIntervalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '@weir/contracts/agent';

/** Text and bytes in reports are cut after so many characters. */
export const MAX_CHARACTERS = 256;

const INTEGERS = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
]);
const DECIMALS = new Set([
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.DECIMAL,
]);
const CALENDAR = new Set([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
]);

/** A value as a cell of a report: no digit is lost, long text is cut. */
export function cellOf(value: DuckDBValue, type: DuckDBType): Cell {
  if (value === null) return { value: undefined };
  return {
    value: scalar(value, type.typeId) ?? nested(value, type) ?? { $case: 'stringValue', value: cut(String(value)) },
  };
}

type CellValue = Exclude<Cell['value'], undefined>;

function scalar(value: Exclude<DuckDBValue, null>, typeId: DuckDBTypeId): CellValue | undefined {
  if (typeof value === 'boolean') return { $case: 'boolValue', value };
  if (typeof value === 'string') return { $case: 'stringValue', value: cut(value) };
  if (INTEGERS.has(typeId)) return { $case: 'intValue', value: BigInt(value as number | bigint) };
  if (DECIMALS.has(typeId)) return { $case: 'decimalValue', value: String(value) };
  if (typeof value === 'number') return { $case: 'doubleValue', value };
  if (CALENDAR.has(typeId)) return { $case: 'calendarValue', value: String(value).replace(' ', 'T') };
  if (value instanceof DuckDBTimestampTZValue) return { $case: 'timestampValue', value: rfc3339(value) };
  if (value instanceof DuckDBIntervalValue) return { $case: 'calendarValue', value: iso8601(value) };
  if (value instanceof DuckDBBlobValue) {
    return { $case: 'bytesValue', value: Buffer.from(value.bytes.subarray(0, MAX_CHARACTERS)) };
  }
  return undefined;
}

function nested(value: DuckDBValue, type: DuckDBType): CellValue | undefined {
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType) return list(value.items, type.valueType);
  if (value instanceof DuckDBArrayValue && type instanceof DuckDBArrayType) return list(value.items, type.valueType);
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) {
    return struct(type.entryNames.map((name, index) => [name, value.entries[name] ?? null, type.entryTypes[index]]));
  }
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) {
    return struct(value.entries.map((entry) => [cut(String(entry.key)), entry.value, type.valueType]));
  }
  if (value instanceof DuckDBUnionValue && type instanceof DuckDBUnionType) {
    return struct([[value.tag, value.value, type.memberTypeForTag(value.tag)]]);
  }
  return undefined;
}

const list = (items: readonly DuckDBValue[], type: DuckDBType): CellValue => ({
  $case: 'listValue',
  value: { cells: items.map((item) => cellOf(item, type)) },
});

const struct = (fields: readonly (readonly [string, DuckDBValue, DuckDBType | undefined])[]): CellValue => ({
  $case: 'structValue',
  value: {
    fields: Object.fromEntries(fields.flatMap(([name, value, type]) => (type ? [[name, cellOf(value, type)]] : []))),
  },
});

const cut = (value: string): string => (value.length > MAX_CHARACTERS ? value.slice(0, MAX_CHARACTERS) : value);

// DuckDB prints these in the zone of the process.
function rfc3339({ micros, isFinite }: DuckDBTimestampTZValue): string {
  const printed = String(new DuckDBTimestampValue(micros));
  return isFinite ? `${printed.replace(' ', 'T')}Z` : printed;
}

function iso8601({ months, days, micros }: DuckDBIntervalValue): string {
  const seconds = micros % 60_000_000n;
  const time = [
    [micros / 3_600_000_000n, 'H'],
    [(micros / 60_000_000n) % 60n, 'M'],
  ] as const;
  const clock = time.map(([amount, unit]) => (amount === 0n ? '' : `${amount}${unit}`)).join('');
  const date = [Math.trunc(months / 12), months % 12, days]
    .map((amount, index) => (amount === 0 ? '' : `${amount}${'YMD'[index] ?? ''}`))
    .join('');
  const rest = seconds === 0n ? '' : `${Number(seconds) / 1e6}S`;
  const clocked = clock + rest === '' ? '' : `T${clock}${rest}`;
  return date + clocked === '' ? 'PT0S' : `P${date}${clocked}`;
}

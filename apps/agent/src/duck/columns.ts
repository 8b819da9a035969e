import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { ColumnType, type Column } from '@weir/contracts/agent';

const TYPES = new Map<DuckDBTypeId, ColumnType>([
  [DuckDBTypeId.BOOLEAN, ColumnType.BOOLEAN],
  [DuckDBTypeId.TINYINT, ColumnType.INTEGER],
  [DuckDBTypeId.SMALLINT, ColumnType.INTEGER],
  [DuckDBTypeId.INTEGER, ColumnType.INTEGER],
  [DuckDBTypeId.BIGINT, ColumnType.INTEGER],
  [DuckDBTypeId.UTINYINT, ColumnType.INTEGER],
  [DuckDBTypeId.USMALLINT, ColumnType.INTEGER],
  [DuckDBTypeId.UINTEGER, ColumnType.INTEGER],
  // Beyond int64.
  [DuckDBTypeId.UBIGINT, ColumnType.DECIMAL],
  [DuckDBTypeId.HUGEINT, ColumnType.DECIMAL],
  [DuckDBTypeId.UHUGEINT, ColumnType.DECIMAL],
  [DuckDBTypeId.DECIMAL, ColumnType.DECIMAL],
  [DuckDBTypeId.FLOAT, ColumnType.DOUBLE],
  [DuckDBTypeId.DOUBLE, ColumnType.DOUBLE],
  [DuckDBTypeId.BLOB, ColumnType.BYTES],
  [DuckDBTypeId.TIMESTAMP_TZ, ColumnType.TIMESTAMP],
  [DuckDBTypeId.TIMESTAMP, ColumnType.CALENDAR],
  [DuckDBTypeId.TIMESTAMP_S, ColumnType.CALENDAR],
  [DuckDBTypeId.TIMESTAMP_MS, ColumnType.CALENDAR],
  [DuckDBTypeId.TIMESTAMP_NS, ColumnType.CALENDAR],
  [DuckDBTypeId.DATE, ColumnType.CALENDAR],
  [DuckDBTypeId.TIME, ColumnType.CALENDAR],
  [DuckDBTypeId.TIME_NS, ColumnType.CALENDAR],
  [DuckDBTypeId.INTERVAL, ColumnType.CALENDAR],
  [DuckDBTypeId.LIST, ColumnType.LIST],
  [DuckDBTypeId.ARRAY, ColumnType.LIST],
  [DuckDBTypeId.STRUCT, ColumnType.STRUCT],
  [DuckDBTypeId.MAP, ColumnType.STRUCT],
]);

/** A column of a result, as the contract has it. Whether NULL can occur is not known of a query: it can. */
export const columnOf = (name: string, type: DuckDBType): Column => ({
  name,
  type: TYPES.get(type.typeId) ?? ColumnType.STRING,
  nativeType: type.toString(),
  nullable: true,
  masked: false,
});

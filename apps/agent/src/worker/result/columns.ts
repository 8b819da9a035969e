import { ColumnType, type Column } from '@weir/contracts/agent';
import type { ColumnFact, ColumnKind } from '../duck/columns.ts';

const types: Readonly<Record<ColumnKind, ColumnType>> = {
  boolean: ColumnType.BOOLEAN,
  integer: ColumnType.INTEGER,
  double: ColumnType.DOUBLE,
  decimal: ColumnType.DECIMAL,
  string: ColumnType.STRING,
  bytes: ColumnType.BYTES,
  timestamp: ColumnType.TIMESTAMP,
  calendar: ColumnType.CALENDAR,
  list: ColumnType.LIST,
  struct: ColumnType.STRUCT,
};

/** A column as the contract has it. */
export const columnMessage = ({ name, kind, native }: ColumnFact): Column => ({
  name,
  type: types[kind],
  nativeType: native,
  nullable: true,
  masked: false,
});

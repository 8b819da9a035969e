import type { DuckDBConnection } from '@duckdb/node-api';
import type { Cell } from '@weir/contracts/agent';
import type { Bindings } from '../duck/rows.ts';
import type { Table } from '../duck/tables.ts';

/** A check that looks at each row by itself: many of them share one scan of the table. */
export interface RowCheck {
  readonly kind: 'rows';
  /** In words: "rating is between 0 and 10". */
  readonly words: string;
  readonly columns: readonly string[];
  /** SQL over one row that is true, false, never null: whether the row breaks the check. */
  readonly broken: string;
}

/** A check whose breaking rows a query of its own finds. */
export interface QueryCheck {
  readonly kind: 'query';
  readonly words: string;
  readonly columns: readonly string[];
  /** SELECT of one number: how many rows break it. */
  readonly failed: string;
  /** What stands in FROM to get the breaking rows, with the column ROW_NUMBER where they have a place. */
  readonly breaking: string;
  readonly hasPlaces: boolean;
  readonly bindings?: Bindings;
}

/** A check of the whole table: it holds or not. */
export interface TableCheck {
  readonly kind: 'table';
  readonly words: string;
  readonly columns: readonly string[];
  judge(connection: DuckDBConnection): Promise<{ readonly holds: boolean; readonly observed: Cell }>;
}

/** A check, ready to be run. */
export type Prepared = RowCheck | QueryCheck | TableCheck;

/** What a check is prepared with. */
export interface CheckContext {
  readonly connection: DuckDBConnection;
  /** The id of the validate step. */
  readonly step: string;
  readonly table: Table;
  readonly tables: ReadonlyMap<string, Table>;
  /** When the run started. */
  readonly startedAt: Date;
}

/** Why an expectation cannot be checked; it counts as broken by every row, and the run goes on. */
export class Uncheckable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Uncheckable';
  }
}

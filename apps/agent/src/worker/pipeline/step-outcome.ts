import type { Cell, Row } from '@weir/contracts/agent';
import type { AnonymizationSummary } from '@weir/contracts/security';
import type { ColumnFact } from '../duck/columns.ts';

/** What came of one step, as it crosses the process boundary. */
export interface StepOutcome {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsSkipped: number;
  readonly sizeBytes: number;
  /** In words, without data. */
  readonly detail: string;
  /** Of the table that the step made, or that it wrote. */
  readonly columns: readonly ColumnFact[];
  readonly findings?: readonly Finding[];
  readonly profile?: readonly ColumnPortrait[];
  readonly sha256?: string;
  /** What a step that anonymises did. */
  readonly anonymized?: AnonymizationSummary;
}

/** What came of one expectation. */
export interface Finding {
  readonly expectation: string;
  /** What was checked, in words. */
  readonly check: string;
  readonly columns: readonly string[];
  readonly rowsChecked: number;
  readonly rowsFailed: number;
  /** 0 to 1. */
  readonly passRatio: number;
  readonly observed: Cell | undefined;
  readonly evidence: Evidence;
  /** Why it could not be checked; empty when it could. */
  readonly error: string;
}

/** Rows that break an expectation. */
export interface Evidence {
  readonly columns: readonly ColumnFact[];
  readonly rows: readonly { readonly rowNumber: number; readonly row: Row }[];
  /** Some were left out for their size. */
  readonly truncated: boolean;
}

/** What the values of one column look like. */
export interface ColumnPortrait {
  readonly column: ColumnFact;
  readonly rows: number;
  readonly nulls: number;
  readonly distinct: number;
  readonly min: Cell;
  readonly max: Cell;
  readonly numeric: NumericPortrait | undefined;
  readonly text: TextPortrait | undefined;
  readonly topValues: readonly { readonly value: Cell; readonly count: number }[];
}

/** Statistics of numbers, NaN and infinities left out. */
export interface NumericPortrait {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  /** At 25, 50, 75, 95 and 99 percent. */
  readonly quantiles: readonly number[];
}

/** Statistics of text. */
export interface TextPortrait {
  readonly minLength: number;
  readonly maxLength: number;
  readonly meanLength: number;
  readonly blanks: number;
  readonly numeric: number;
}

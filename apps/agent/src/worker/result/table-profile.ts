import type { ColumnProfile, NumericStats, TableProfile, TextStats } from '@weir/contracts/agent';
import type { ColumnPortrait, NumericPortrait, StepOutcome, TextPortrait } from '../pipeline/step-outcome.ts';
import { columnMessage } from './columns.ts';

/** The profile of a table as the contract has it. */
export const tableProfile = (step: string, { rowsIn, profile = [] }: StepOutcome): TableProfile => ({
  step,
  rowCount: BigInt(rowsIn),
  columns: profile.map(columnProfile),
});

const columnProfile = (portrait: ColumnPortrait): ColumnProfile => ({
  column: columnMessage(portrait.column),
  rowCount: BigInt(portrait.rows),
  nullCount: BigInt(portrait.nulls),
  distinctCount: BigInt(portrait.distinct),
  distinctApproximate: false,
  min: portrait.min,
  max: portrait.max,
  numeric: portrait.numeric && numericStats(portrait.numeric),
  text: portrait.text && textStats(portrait.text),
  topValues: portrait.topValues.map(({ value, count }) => ({ value, count: BigInt(count) })),
  piiTypes: [],
});

function numericStats({ quantiles, ...rest }: NumericPortrait): NumericStats {
  const [p25 = 0, p50 = 0, p75 = 0, p95 = 0, p99 = 0] = quantiles;
  return { ...rest, p25, p50, p75, p95, p99 };
}

const textStats = (text: TextPortrait): TextStats => ({
  minLength: BigInt(text.minLength),
  maxLength: BigInt(text.maxLength),
  meanLength: text.meanLength,
  blankCount: BigInt(text.blanks),
  numericCount: BigInt(text.numeric),
});

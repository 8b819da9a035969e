import type { ColumnProfile, QualityReport, TableProfile } from '@weir/contracts/agent';

/**
 * Reports and profiles of encrypted data, without its values: they are kept with answers and jobs, where nothing
 * encrypts them. Counts and scores stay.
 */
export const qualityWithoutValues = (report: QualityReport): QualityReport => ({
  ...report,
  expectations: report.expectations.map((result) => ({ ...result, evidenceColumns: [], evidence: [] })),
});

/** The same for the profile of a table. */
export const tableWithoutValues = (table: TableProfile): TableProfile => ({
  ...table,
  columns: table.columns.map(columnWithoutValues),
});

/** The same for the profile of a column: how many values, and how long, but none of them. */
const columnWithoutValues = (profile: ColumnProfile): ColumnProfile => ({
  ...profile,
  min: undefined,
  max: undefined,
  numeric: undefined,
  topValues: [],
});

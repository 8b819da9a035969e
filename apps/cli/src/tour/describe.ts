import { ExpectationOutcome, type Cell, type QualityReport } from '@weir/contracts/agent';

/** A duration as people say it. */
export const seconds = (duration: { seconds: bigint; nanos: number } | undefined): string =>
  duration === undefined ? '?' : `${(Number(duration.seconds) + duration.nanos / 1e9).toFixed(2)} s`;

/** A short duration as people say it. */
export const milliseconds = (duration: { seconds: bigint; nanos: number } | undefined): string =>
  duration === undefined ? '?' : `${(Number(duration.seconds) * 1e3 + duration.nanos / 1e6).toFixed(1)} ms`;

/** Tells what a quality report says: each expectation, and the first row of evidence where one is broken. */
export function describeQuality(report: QualityReport | undefined, tell: (line: string) => void): void {
  for (const result of report?.expectations ?? []) {
    const passed = result.outcome === ExpectationOutcome.PASSED;
    const count = passed ? 'all rows' : `${result.rowsFailed} of ${result.rowsChecked} rows break it`;
    tell(`  ${passed ? 'holds ' : 'broken'} ${result.expectation.padEnd(20)} ${result.check}: ${count}`);
    const row = result.evidence[0]?.row;
    if (!passed && row) tell(`         for example ${row.cells.map(cellText).join(', ').slice(0, 110)}`);
  }
}

const cellText = ({ value }: Cell): string =>
  value === undefined ? 'NULL' : typeof value.value === 'object' ? value.$case : String(value.value);

const SLOW_MS = 10_000;

/** Ends a run with a line per package, and names the specs that take long. */
export default class ProjectsReporter {
  onRunComplete(_contexts, { testResults, wasInterrupted }) {
    if (wasInterrupted || testResults.length < 2) return;
    const packages = Map.groupBy(testResults, ({ displayName }) => displayName?.name ?? '');
    const lines = [...packages].sort(([a], [b]) => a.localeCompare(b)).map(([name, files]) => describe(name, files));
    const slow = testResults.filter(({ perfStats }) => perfStats.runtime > SLOW_MS);

    process.stderr.write(`\n${lines.join('\n')}\n`);
    for (const { testFilePath, perfStats } of slow)
      process.stderr.write(`  slow: ${testFilePath} ${seconds(perfStats)}\n`);
  }
}

function describe(name, files) {
  const count = (kind) => files.reduce((sum, file) => sum + file[kind], 0);
  // A spec that cannot even be loaded has no tests to fail.
  const broken = files.filter(({ testExecError }) => testExecError).length;
  const failed = count('numFailingTests') + broken;
  const skipped = count('numPendingTests') + count('numTodoTests');
  return [
    `  ${failed ? '✗' : '✓'} ${name.padEnd(14)}`,
    `${String(count('numPassingTests')).padStart(5)} passed`,
    failed ? `, ${failed} failed` : '',
    skipped ? `, ${skipped} skipped` : '',
  ].join('');
}

const seconds = ({ runtime }) => `${Math.round(runtime / 1000)} s`;

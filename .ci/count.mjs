// Prints "<passed> <failed>" for a result file of Jest or of npm run check; "0 1" when there is none.
import { readFileSync } from 'node:fs';

try {
  const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  if (Array.isArray(results)) {
    const count = (kind) => results.filter(({ result }) => result === kind).length;
    process.stdout.write(`${count('passed')} ${count('failed')}\n`);
  } else {
    // A spec that cannot be loaded fails without a test that fails.
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = results;
    process.stdout.write(`${numPassedTests} ${numFailedTests + numRuntimeErrorTestSuites}\n`);
  }
} catch {
  process.stdout.write('0 1\n');
}

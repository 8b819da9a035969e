import { scoreOf, verdictOf, type Judged } from './gates.ts';

const MAX_NAMED = 20;

/** The score in words: what cost how much, worst first. Holds no data. */
export function explain(all: readonly Judged[], weights: number): string {
  if (all.length === 0) return '1: nothing was checked';
  const costs = all
    .map((one) => ({ one, loss: (one.expectation.weight * (1 - one.finding.passRatio)) / weights }))
    .filter(({ loss }) => loss > 0)
    .sort((a, b) => b.loss - a.loss);
  if (costs.length === 0)
    return `1: ${all.length === 1 ? 'the expectation holds' : `all ${all.length} expectations hold`}`;

  const named = costs
    .slice(0, MAX_NAMED)
    .map(({ one, loss }) => `${one.expectation.id} cost ${rounded(loss)} (${why(one)})`);
  const rest = costs.length > MAX_NAMED ? [`${costs.length - MAX_NAMED} more cost less`] : [];
  return `${rounded(scoreOf(all))}: ${[...named, ...rest].join('; ')}`;
}

function why({ expectation, finding }: Judged): string {
  if (verdictOf(expectation, finding) === 'errored') return `it could not be checked: ${finding.error}`;
  if (finding.rowsFailed === 0) return `not so: ${finding.check}`;
  const { rowsFailed, rowsChecked, check } = finding;
  return `${rowsFailed.toLocaleString('en')} of ${rowsChecked.toLocaleString('en')} rows break: ${check}`;
}

/** Four digits; a loss too small for them is not shown as none. */
const rounded = (value: number): string =>
  value > 0 && value < 0.0001 ? '< 0.0001' : String(Number(value.toFixed(4)));

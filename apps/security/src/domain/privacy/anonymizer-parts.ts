import type { OperatorTools } from './apply-operator.ts';
import type { RuleBook } from './rule-book.ts';
import type { Tally } from './tally.ts';
import type { ValueScan } from './value-scan.ts';

/** What records are anonymised with. */
export interface AnonymizerParts {
  readonly scan: ValueScan;
  readonly book: RuleBook;
  readonly tools: OperatorTools;
  readonly tally: Tally;
  /** Look for personal data in fields of which nothing is said. */
  readonly detect: boolean;
}

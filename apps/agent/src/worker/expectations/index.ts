import type { Check, PlainValue } from '../plan/plan.ts';
import { customSql } from './custom-sql.ts';
import { freshness } from './freshness.ts';
import { inRange } from './in-range.ts';
import { inSet } from './in-set.ts';
import { matches } from './matches.ts';
import { notNull } from './not-null.ts';
import { referential } from './referential.ts';
import { rowCount } from './row-count.ts';
import type { CheckContext, Prepared } from './row-check.ts';
import { unique } from './unique.ts';

/** Makes a check ready to run. Throws Uncheckable, and for SQL of the tenant SQL_INVALID or SQL_FORBIDDEN. */
export async function prepare(
  check: Check,
  context: CheckContext,
  parameters: Readonly<Record<string, PlainValue>>,
): Promise<Prepared> {
  switch (check.kind) {
    case 'not_null':
      return notNull(check, context);
    case 'unique':
      return unique(check, context);
    case 'in_range':
      return inRange(check, context);
    case 'in_set':
      return inSet(check, context);
    case 'matches':
      return matches(check, context);
    case 'row_count':
      return rowCount(check, context);
    case 'freshness':
      return freshness(check, context);
    case 'referential':
      return referential(check, context);
    case 'custom_sql':
      return customSql(check, context, parameters);
  }
}

import type { DeepPartial } from '@weir/contracts';
import { Severity, type Expectation } from '@weir/contracts/registry';

/** An expectation of severity ERROR, unless told otherwise. */
export const expects = (
  id: string,
  check: Expectation['check'],
  rest: Partial<Expectation> = {},
): DeepPartial<Expectation> => ({ id, severity: Severity.ERROR, check, ...rest });

/** The check that a column lies between two integers. */
export function rangeOf(column: string, min: bigint, max: bigint): Expectation['check'] {
  const integer = (value: bigint) => ({ value: { $case: 'integer' as const, value } });
  return {
    $case: 'inRange',
    value: { column, min: integer(min), max: integer(max), minExclusive: false, maxExclusive: false },
  };
}

/** A failure as callers see it. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly details: unknown;
}

/** What the work fails with; the reason SERVED when it does not. */
export const refusal = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    () => ({ reason: 'SERVED', message: '', details: {} }),
    (error: unknown) => error as Refusal,
  );

/** SQL that does not end by itself. */
export const ENDLESS = 'select count(*) from range(1000000000) a, range(1000000) b where a.range * b.range % 7 = 3';

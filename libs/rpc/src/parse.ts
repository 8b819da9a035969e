import { invalid, type FieldViolation } from '@weir/errors';
import type { z } from 'zod';
import { snakeCase } from './validation/field-reader.ts';

/** Checks a request against its schema and returns it typed. Throws INVALID_ARGUMENT with every broken field. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap(violationsOf));
}

const violationsOf = (issue: z.core.$ZodIssue): FieldViolation[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ field: pathOf([...issue.path, key]), description: 'is not a known field' }))
    : [{ field: pathOf(issue.path), description: issue.message }];

// A oneof is { $case, value } in generated code; callers know only the name of the case.
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .filter((key) => key !== '$case' && key !== 'value')
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${snakeCase(String(key))}`))
    .join('');

import { invalid, type FieldViolation } from '@weir/errors';
import type { z } from 'zod';
import { fieldPath } from './validation/field-path.ts';

/** Checks a request against its schema and returns it typed. Throws INVALID_ARGUMENT with every broken field. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => violationsOf(issue, value)));
}

const violationsOf = (issue: z.core.$ZodIssue, message: unknown): FieldViolation[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({
        field: fieldPath([...issue.path, key], message),
        description: 'is not a known field',
      }))
    : [{ field: fieldPath(issue.path, message), description: issue.message }];

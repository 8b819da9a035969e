import { BIGINT, BOOLEAN, DOUBLE, DuckDBTimestampTZValue, TIMESTAMPTZ, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { PlainValue } from '../plan/plan.ts';
import type { Bindings } from './rows.ts';
import { text } from './sql.ts';
import { StepFailure } from './step-failure.ts';

/** The values that a statement asks for. Throws PARAMETER_INVALID when the run has none of that name. */
export function bindingsFor(names: readonly string[], parameters: Readonly<Record<string, PlainValue>>): Bindings {
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  for (const name of names) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!parameter)
      throw new StepFailure('PARAMETER_INVALID', { parameter: name, problem: 'is used in SQL and has no value' });
    [values[name], types[name]] = bound(parameter);
  }
  return { values, types };
}

function bound(parameter: PlainValue): [DuckDBValue, DuckDBType] {
  switch (parameter.kind) {
    case 'text':
      return [parameter.value, VARCHAR];
    case 'integer':
      return [parameter.value, BIGINT];
    case 'number':
      return [parameter.value, DOUBLE];
    case 'boolean':
      return [parameter.value, BOOLEAN];
    case 'time':
      return [new DuckDBTimestampTZValue(BigInt(parameter.value.getTime()) * 1000n), TIMESTAMPTZ];
  }
}

/** A value as SQL text of its exact type. */
export function literal(value: PlainValue): string {
  switch (value.kind) {
    case 'text':
      return text(value.value);
    case 'integer':
      return `'${value.value}'::bigint`;
    case 'number':
      return `'${value.value}'::double`;
    case 'boolean':
      return String(value.value);
    case 'time':
      return `'${value.value.toISOString()}'::timestamptz`;
  }
}

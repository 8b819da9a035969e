import { ScalarType, type Parameter, type Scalar } from '@weir/contracts/registry';
import { reason } from '@weir/errors';

const TYPES: Readonly<Record<NonNullable<Scalar['value']>['$case'], ScalarType>> = {
  text: ScalarType.TEXT,
  integer: ScalarType.INTEGER,
  number: ScalarType.NUMBER,
  boolean: ScalarType.BOOLEAN,
  time: ScalarType.TIME,
};

const LABELS = new Map<ScalarType, string>(Object.entries(TYPES).map(([label, type]) => [type, label]));

/** All parameters of a component with the values of a run, defaults filled in. Throws PARAMETER_INVALID. */
export function fillParameters(
  declared: readonly Parameter[],
  given: Readonly<Record<string, Scalar>>,
): Record<string, Scalar> {
  const names = new Set(declared.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) throw refused(unknown, 'is not one of the component');
  return Object.fromEntries(declared.map((parameter) => [parameter.name, valueOf(parameter, given)]));
}

function valueOf({ name, type, defaultValue }: Parameter, given: Readonly<Record<string, Scalar>>): Scalar {
  const scalar = Object.hasOwn(given, name) ? given[name] : defaultValue;
  if (!scalar?.value) throw refused(name, 'has no default and was not given');
  if (TYPES[scalar.value.$case] !== type) throw refused(name, `must be of type ${LABELS.get(type) ?? type}`);
  return scalar;
}

const refused = (parameter: string, problem: string) => reason('PARAMETER_INVALID', { parameter, problem });

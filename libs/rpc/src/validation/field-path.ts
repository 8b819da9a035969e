import { snakeCase } from '@weir/contracts';

/** A oneof in generated code; callers know only the name of its member. */
interface Oneof {
  readonly $case: string;
  readonly value: unknown;
}

/** Whether a value is what generated code makes of a oneof. */
export const isOneof = (value: unknown): value is Oneof =>
  typeof value === 'object' && value !== null && '$case' in value && typeof value.$case === 'string';

/** The path of a field below another, as the proto file names it: "tenant.display_name". */
export const join = (path: string, key: string): string => {
  const name = snakeCase(key);
  return path === '' ? name : `${path}.${name}`;
};

/** The path in a generated message, as the proto file names it; the member of a oneof stands for the oneof. */
export function fieldPath(keys: readonly PropertyKey[], message: unknown): string {
  let path = '';
  let value = message;
  for (const key of keys) {
    const child = childOf(value, key);
    if (typeof key === 'number') path += `[${key}]`;
    else if (!isOneof(value)) path = join(path, isOneof(child) ? child.$case : String(key));
    value = child;
  }
  return path;
}

const childOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

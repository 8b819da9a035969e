import { z } from 'zod';

// Compared byte for byte: no trimming, no case folding, no Unicode normalisation.
const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
// https://semver.org, without build metadata's loose ends: the official expression, anchored.
const SEMVER =
  '(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)(?:-(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?';

const pattern = (source: string, shape: string) => z.string().regex(new RegExp(`^${source}$`), `must be ${shape}`);

/** A resource id: 3 to 63 of a-z, 0-9 and "-", starting with a letter, not ending with "-". */
export const resourceId = () => pattern(ID, '3 to 63 of a-z, 0-9 and "-", starting with a letter, not ending with "-"');

/** "tenants/acme" */
export const tenantName = () => pattern(`tenants/${ID}`, '"tenants/<id>"');

/** "components/csv-profiler" */
export const componentName = () => pattern(`components/${ID}`, '"components/<id>"');

/** "components/csv-profiler/versions/1.2.0" */
export const versionName = () => pattern(`components/${ID}/versions/${SEMVER}`, '"components/<id>/versions/<semver>"');

/** A SemVer 2.0.0 version of at most 128 characters. */
export const semver = () =>
  pattern(SEMVER, 'a SemVer 2.0.0 version, like 1.2.0').max(128, 'must have at most 128 characters');

/** The name of a resource of a tenant: childName('jobs') takes "tenants/acme/jobs/<id>". */
export const childName = (collection: string, id: string = ID) =>
  pattern(`tenants/${ID}/${collection}/${id}`, `"tenants/<id>/${collection}/<id>"`);

/** Text of `min` to `max` characters. */
export const text = (min: number, max: number) =>
  z
    .string()
    .min(min, min === 1 ? 'is required' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`);

/** How many items a page has: 0 means 50, more than 1,000 is taken as 1,000. */
export const pageSize = () => z.number().transform((size) => (size === 0 ? 50 : Math.min(size, 1000)));

/** One of a generated enum's values, not UNSPECIFIED. Pass the enum object: enumValue(Tier). */
export function enumValue<E extends Readonly<Record<string, number>>>(values: E) {
  type Valid = E[Exclude<keyof E, 'UNSPECIFIED' | 'UNRECOGNIZED'>];
  const known = Object.entries(values).filter(([, value]) => value > 0);
  const numbers = new Set(known.map(([, value]) => value));
  const shape = `must be one of ${known.map(([name]) => name).join(', ')}`;
  return z.custom<Valid>((value) => typeof value === 'number' && numbers.has(value), shape);
}

/** The id in a resource name: idIn("tenants/acme/jobs/x", 'jobs') is "x"; empty where there is none. */
export function idIn(name: string, collection: string): string {
  const parts = name.split('/');
  // Every other part is a collection; an id may have the name of one.
  const at = parts.findIndex((part, index) => index % 2 === 0 && part === collection);
  return at < 0 ? '' : (parts[at + 1] ?? '');
}

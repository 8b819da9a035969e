/** A resource id, as a regular expression. */
export const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';

/** "tenants/acme" */
export const tenantNameOf = (tenant: string): string => `tenants/${tenant}`;

/** "components/csv-profiler" */
export const componentNameOf = (component: string): string => `components/${component}`;

/** "components/csv-profiler/versions/1.2.0" */
export const versionNameOf = (component: string, version: string): string =>
  `components/${component}/versions/${version}`;

/** The parts of "components/<id>/versions/<semver>"; empty where it is something else. */
export function versionNameParts(name: string): { component: string; version: string } {
  const [, component = '', version = ''] = /^components\/([^/]+)\/versions\/([^/]+)$/.exec(name) ?? [];
  return { component, version };
}

/** The last part of a resource name: "acme" of "tenants/acme". */
export const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

import { reason } from '@weir/errors';
import { tenantName } from '@weir/rpc';
import { z } from 'zod';
import { ID } from '../domain/names.ts';
import { versionProblem } from '../domain/manifest/version-name.ts';

/** For whom a request acts: "tenants/<id>", or "tenants/-" for the platform. */
export const viewer = () => z.union([z.literal('tenants/-'), tenantName()], 'must be "tenants/<id>" or "tenants/-"');

const VERSION = new RegExp(`^components/${ID}/versions/([^/]+)$`);
const ALIAS = new RegExp(`^components/${ID}/aliases/${ID}$`);

/** "components/<id>/versions/<semver>" */
export const versionRef = () => z.string().refine(isVersion, 'must be "components/<id>/versions/<semver>"');

/** "components/<id>/versions/<semver>" or "components/<id>/aliases/<id>" */
export const versionOrAliasRef = () =>
  z
    .string()
    .refine(
      (name) => isVersion(name) || isAlias(name),
      'must be "components/<id>/versions/<semver>" or "components/<id>/aliases/<id>"',
    );

/** Whether the name is that of an alias. */
export const isAlias = (name: string): boolean => ALIAS.test(name);

function isVersion(name: string): boolean {
  const version = VERSION.exec(name)?.[1];
  return version !== undefined && versionProblem(version) === undefined;
}

/** COMPONENT_NOT_FOUND: the same words for what does not exist and what is not visible. */
export const componentNotFound = (name: string) => reason('COMPONENT_NOT_FOUND', { name });

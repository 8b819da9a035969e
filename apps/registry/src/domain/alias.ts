import type { Alias } from '@weir/contracts/registry';
import { etagOf } from './etag.ts';
import { versionNameOf } from './names.ts';

/** An alias as it is stored, also one that was removed. */
export interface AliasRecord {
  readonly component: string;
  readonly id: string;
  /** The version that it points at; undefined once it was removed. */
  readonly version: string | undefined;
  readonly revision: bigint;
  readonly updatedAt: Date;
}

/** "components/csv-profiler/aliases/stable" */
export const aliasNameOf = ({ component, id }: Pick<AliasRecord, 'component' | 'id'>): string =>
  `components/${component}/aliases/${id}`;

/** An alias as callers see it. */
export const aliasMessage = (alias: AliasRecord): Alias => ({
  name: aliasNameOf(alias),
  version: alias.version === undefined ? '' : versionNameOf(alias.component, alias.version),
  etag: etagOf(alias.revision),
  updatedAt: alias.updatedAt,
});

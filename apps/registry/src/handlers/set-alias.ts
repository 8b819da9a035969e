import { Lifecycle, type SetAliasRequest, type SetAliasResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { aliasMessage } from '../domain/alias.ts';
import { checkEtag } from '../domain/etag.ts';
import { idOf } from '../domain/names.ts';
import { placeOf } from '../domain/published-version.ts';
import type { AliasStore } from '../store/alias-store.ts';
import type { ComponentStore } from '../store/component-store.ts';
import { componentNotFound, isAlias, versionRef } from './component-fields.ts';

const Request = z
  .object({
    name: z.string().refine(isAlias, 'must be "components/<id>/aliases/<id>"'),
    version: z.union([z.literal(''), versionRef()], 'must be "components/<id>/versions/<semver>"'),
    etag: z.string(),
  })
  .refine(({ name, version }) => version === '' || version.split('/')[1] === name.split('/')[1], {
    path: ['version'],
    message: 'must be of the same component',
  });

/** What setting an alias needs. */
export interface AliasStores {
  readonly components: ComponentStore;
  readonly aliases: AliasStore;
}

/** SetAlias: points an alias at a version, or removes it. */
export function setAlias({ components, aliases }: AliasStores): Unary<SetAliasRequest, SetAliasResponse> {
  return async (request, context) => {
    const { name, version, etag } = parse(Request, request);
    const { scope } = context;
    const [, component = ''] = name.split('/');
    context.audit({ details: { version } });

    const current = await aliases.hold(scope, component, idOf(name));
    checkEtag(name, etag, current?.revision ?? 0n);
    const target = version === '' ? undefined : await components.find(scope, version);
    if (version !== '' && !target) throw componentNotFound(version);
    if (target?.message.lifecycle === Lifecycle.ARCHIVED) throw reason('VERSION_ARCHIVED', { name: version });
    if (!current && !target) return { alias: { name, version: '', etag: '', updatedAt: undefined } };
    const points = current?.version === undefined ? '' : `components/${component}/versions/${current.version}`;
    if (current && points === version) return { alias: aliasMessage(current) };
    const key = target && placeOf(version).key;

    return { alias: aliasMessage(await aliases.point(scope, component, idOf(name), key)) };
  };
}

import type { GetComponentRequest, GetComponentResponse } from '@weir/contracts/registry';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { idOf } from '../domain/names.ts';
import type { ComponentStore } from '../store/component-store.ts';
import { componentNotFound, isAlias, versionOrAliasRef, viewer } from './component-fields.ts';

const Request = z.object({
  tenant: viewer(),
  name: versionOrAliasRef(),
  lockedDigest: z.string().regex(/^(?:sha256:[0-9a-f]{64})?$/, 'must be "sha256:" and 64 hexadecimal digits'),
});

/** GetComponent: one version, by its name or by an alias. */
export function getComponent(components: ComponentStore): Unary<GetComponentRequest, GetComponentResponse> {
  return async (request, { scope }) => {
    const { name, lockedDigest } = parse(Request, request);

    const found = isAlias(name)
      ? await components.findByAlias(scope, name.split('/')[1] ?? '', idOf(name))
      : await components.find(scope, name, lockedDigest);
    if (!found) throw componentNotFound(name);

    return { component: found.message };
  };
}

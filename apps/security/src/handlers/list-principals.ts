import {
  PrincipalKind,
  PrincipalState,
  Role,
  type ListPrincipalsRequest,
  type ListPrincipalsResponse,
} from '@weir/contracts/security';
import { decodePageToken, encodePageToken, enumValue, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { principalMessage } from '../domain/principal.ts';
import type { PrincipalFilter, PrincipalStore } from '../store/principal-store.ts';
import { parentTenant } from './principal-fields.ts';

const unspecified = z.literal(0).transform(() => undefined);

const Request = z.object({
  parent: parentTenant(),
  pageSize: pageSize(),
  pageToken: z.string(),
  kind: unspecified.or(enumValue(PrincipalKind)),
  role: unspecified.or(enumValue(Role)),
  state: unspecified.or(enumValue(PrincipalState)),
});

/** Lists the principals of a tenant, or those of the platform, by id. */
export function listPrincipals(principals: PrincipalStore): Unary<ListPrincipalsRequest, ListPrincipalsResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: size, pageToken, ...filters } = parse(Request, request);
    const filter: PrincipalFilter = { tenant: parent, ...filters };
    const [after = ''] = decodePageToken(['ListPrincipals', filter], pageToken) ?? [];

    const found = await principals.list(scope, filter, after, size + 1);

    const page = found.slice(0, size);
    const last = found.length > size ? page.at(-1) : undefined;
    return {
      principals: page.map(principalMessage),
      nextPageToken: last ? encodePageToken(['ListPrincipals', filter], [last.id]) : '',
    };
  };
}

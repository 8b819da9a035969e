import type { ListClientSecretsRequest, ListClientSecretsResponse } from '@weir/contracts/security';
import { decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { secretMessage } from '../domain/client-secret.ts';
import type { ClientSecretStore, SecretCursor } from '../store/client-secret-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import { requirePrincipal } from './locked-principal.ts';
import { principalField } from './principal-fields.ts';

const Request = z.object({
  parent: principalField(),
  pageSize: pageSize(),
  pageToken: z.string(),
  showUnusable: z.boolean(),
});

/** Lists the secrets of a principal, newest first. */
export function listClientSecrets(
  principals: PrincipalStore,
  secrets: ClientSecretStore,
): Unary<ListClientSecretsRequest, ListClientSecretsResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: size, pageToken, showUnusable } = parse(Request, request);
    const query = ['ListClientSecrets', parent, showUnusable];
    const after = cursorIn(decodePageToken(query, pageToken));

    await requirePrincipal(principals, scope, parent);
    const found = await secrets.list(scope, parent, { showUnusable, after, limit: size + 1 });

    const page = found.slice(0, size);
    const last = found.length > size ? page.at(-1) : undefined;
    const now = new Date();
    return {
      clientSecrets: page.map((record) => secretMessage(record, now)),
      nextPageToken: last ? encodePageToken(query, [last.createdAt.toISOString(), last.id]) : '',
    };
  };
}

const cursorIn = ([createdAt, id]: readonly string[] = []): SecretCursor | undefined =>
  createdAt === undefined || id === undefined ? undefined : { createdAt: new Date(createdAt), id };

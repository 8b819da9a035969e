import type { CreateClientSecretRequest, CreateClientSecretResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { MAX_SECRETS, secretMessage, secretName } from '../domain/client-secret.ts';
import { principalName } from '../domain/principal.ts';
import { newClientSecret } from '../keys/client-secrets.ts';
import type { SecretHasher } from '../keys/secret-hash.ts';
import type { ClientSecretStore } from '../store/client-secret-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import { durationBetween, HOUR_MS, DAY_MS } from './duration-field.ts';
import { lockPrincipal } from './locked-principal.ts';
import { principalField } from './principal-fields.ts';

const Request = z.object({
  parent: principalField(),
  displayName: text(0, 120),
  lifetime: durationBetween(HOUR_MS, 3_650 * DAY_MS, '1 hour to 3,650 days'),
});

/** Makes a new random secret and answers with it, the only time that it is ever shown. */
export function createClientSecret(
  principals: PrincipalStore,
  secrets: ClientSecretStore,
  hasher: SecretHasher,
): Unary<CreateClientSecretRequest, CreateClientSecretResponse> {
  return async (request, context) => {
    const { parent, displayName, lifetime } = parse(Request, request);
    const name = principalName(parent);

    const { record } = await lockPrincipal(principals, context.scope, parent, '');
    if (record.disabledAt) throw reason('PRINCIPAL_DISABLED', { name });
    if ((await secrets.countUsable(context.scope, parent)) >= MAX_SECRETS) {
      throw reason('TOO_MANY_SECRETS', { name, limit: MAX_SECRETS });
    }
    const { id, text: secret } = newClientSecret();
    const hash = await hasher.hash(secret);
    const createdBy = context.principal?.subject ?? '';
    const created = await secrets.create(context.scope, {
      principal: parent,
      id,
      displayName,
      hash,
      createdBy,
      lifetimeMs: lifetime,
    });

    context.audit({
      resource: secretName(parent, id),
      details: { expires_at: created.expiresAt?.toISOString() ?? '' },
    });
    return { clientSecret: secretMessage(created, created.createdAt), secret };
  };
}

import type { Scope } from '@weir/context';
import { PrincipalKind, Role } from '@weir/contracts/security';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '../domain/token-claims.ts';
import { FILE_SECRET_ID } from '../keys/client-secrets.ts';
import type { SecretHasher } from '../keys/secret-hash.ts';
import type { ClientSecretStore } from '../store/client-secret-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';

/** What the identities of services are made with. */
export interface ServiceIdentityParts {
  readonly principals: PrincipalStore;
  readonly secrets: ClientSecretStore;
  readonly hasher: SecretHasher;
  /** A file <service>.secret for each service; the same file is that service's CLIENT_SECRET_FILE. */
  readonly serviceSecretsDir: string;
  /** What was found to match, by service: a slow check is not made twice, least of all while others wait for the lock. */
  readonly matched: Map<string, string>;
}

const MIN_LENGTH = 32;

/**
 * Makes "principals/<service>" for every service, and takes over a secret whose file is new or has changed. Answers
 * with the services whose secret was taken over. A secret that an administrator has revoked stays revoked.
 */
export async function seedServices(parts: ServiceIdentityParts, scope: Scope): Promise<string[]> {
  const takenOver: string[] = [];
  for (const service of SERVICES) {
    const principal = { tenant: '', id: service };
    const kind = PrincipalKind.SERVICE_ACCOUNT;
    await parts.principals.create(scope, {
      ...principal,
      kind,
      displayName: `Service ${service}`,
      roles: [Role.SERVICE],
    });
    // Security signs its own tokens: nobody can ask for one in its name.
    const secret = service === 'security' ? undefined : readSecret(join(parts.serviceSecretsDir, `${service}.secret`));
    if (secret !== undefined && (await takeOver(parts, scope, principal, secret))) takenOver.push(service);
  }
  return takenOver;
}

async function takeOver(
  { secrets, hasher, matched }: ServiceIdentityParts,
  scope: Scope,
  principal: { tenant: string; id: string },
  secret: string,
): Promise<boolean> {
  const known = await secrets.credential(scope, principal, FILE_SECRET_ID);
  const digest = createHash('sha256').update(secret).digest('hex');
  if (known && matched.get(principal.id) === `${digest} ${known.hash}`) return false;
  if (known && (await hasher.matches(secret, known.hash))) {
    matched.set(principal.id, `${digest} ${known.hash}`);
    return false;
  }
  const hash = await hasher.hash(secret);
  const displayName = `from ${principal.id}.secret`;
  const createdBy = 'principals/security';
  await secrets.replace(scope, { principal, id: FILE_SECRET_ID, displayName, hash, createdBy, lifetimeMs: undefined });
  // Should the transaction not last, the stored hash is another one.
  matched.set(principal.id, `${digest} ${hash}`);
  return true;
}

/** Undefined while there is no file. */
function readSecret(path: string): string | undefined {
  const secret = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (secret === '') return undefined;
  if (secret.length < MIN_LENGTH)
    throw new Error(`${path} (SERVICE_SECRETS_DIR) must hold at least ${MIN_LENGTH} characters`);
  return secret;
}

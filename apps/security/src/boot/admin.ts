import type { Scope } from '@weir/context';
import { PrincipalKind, Role } from '@weir/contracts/security';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { newClientSecret } from '../keys/client-secrets.ts';
import { writeDurably } from '../keys/master-key-file.ts';
import type { SecretHasher } from '../keys/secret-hash.ts';
import type { ClientSecretStore } from '../store/client-secret-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';

/** What the first boot works with. */
export interface AdminParts {
  readonly principals: PrincipalStore;
  readonly secrets: ClientSecretStore;
  readonly hasher: SecretHasher;
  /** Where the secret of the first administrator is left, for its owner only. */
  readonly adminSecretFile: string;
}

const KEY = { tenant: '', id: 'admin' } as const;

/**
 * The first boot makes "principals/admin" and leaves its secret in a file; later boots change nothing. Runs in a
 * transaction: the file is there before the principal is, so a crash in between only makes another secret.
 */
export async function seedAdmin(parts: AdminParts, scope: Scope): Promise<boolean> {
  const { principals, secrets, hasher, adminSecretFile } = parts;
  const roles = [Role.PLATFORM_ADMIN];
  const admin = { ...KEY, kind: PrincipalKind.USER, displayName: 'Platform administrator', roles };
  if (!(await principals.create(scope, admin))) return false;

  const { id, text } = newClientSecret();
  const hash = await hasher.hash(text);
  const displayName = 'made at the first boot';
  await secrets.create(scope, {
    principal: KEY,
    id,
    displayName,
    hash,
    createdBy: 'principals/security',
    lifetimeMs: undefined,
  });
  leave(adminSecretFile, text);
  return true;
}

function leave(path: string, secret: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeDurably(draft, `${secret}\n`);
  renameSync(draft, path);
}

import { ClientSecretState, type ClientSecret } from '@weir/contracts/security';
import { principalName, type PrincipalKey } from './principal.ts';

/** What is stored about a client secret; the secret itself is not. */
export interface ClientSecretRecord {
  readonly principal: PrincipalKey;
  readonly id: string;
  readonly displayName: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
}

/** How many usable secrets one principal may have. */
export const MAX_SECRETS = 10;

/** Whether a secret works at this time. */
export function secretState({ revokedAt, expiresAt }: ClientSecretRecord, now: Date): ClientSecretState {
  if (revokedAt) return ClientSecretState.REVOKED;
  return expiresAt && expiresAt <= now ? ClientSecretState.EXPIRED : ClientSecretState.ACTIVE;
}

/** "tenants/acme/principals/etl/secrets/<id>" */
export const secretName = (principal: PrincipalKey, id: string): string => `${principalName(principal)}/secrets/${id}`;

/** A secret as callers see it. */
export const secretMessage = (record: ClientSecretRecord, now: Date): ClientSecret => ({
  name: secretName(record.principal, record.id),
  displayName: record.displayName,
  state: secretState(record, now),
  createdAt: record.createdAt,
  createdBy: record.createdBy,
  expiresAt: record.expiresAt,
  lastUsedAt: record.lastUsedAt,
  revokedAt: record.revokedAt,
});

import type { Revocation } from '@weir/contracts/security';
import { tenantName } from './principal.ts';

/** Which tokens a revocation stops. */
export type RevocationTarget =
  | { readonly kind: 'token'; readonly tokenId: string }
  | { readonly kind: 'principal'; readonly name: string }
  | { readonly kind: 'tenant' }
  | { readonly kind: 'key'; readonly keyId: string };

/** A revocation as it is stored. */
export interface RevocationRecord {
  /** The revision of WatchRevocations that contains it. */
  readonly revision: bigint;
  /** "" for what is bound to no tenant, and for a key. */
  readonly tenant: string;
  readonly target: RevocationTarget;
  /** For a principal and a tenant: tokens issued before this, in whole seconds. */
  readonly issuedBefore: Date | undefined;
  readonly revokedAt: Date;
  readonly expiresAt: Date;
}

/** The first whole second that tokens issued from now on can carry: every token so far has an earlier one. */
export const nextSecond = (now: Date): Date => new Date((Math.floor(now.getTime() / 1000) + 1) * 1000);

/** A revocation as watchers see it. */
export const revocationMessage = (record: RevocationRecord): Revocation => ({
  target: targetMessage(record.target),
  tenant: tenantName(record.tenant),
  issuedBefore: record.issuedBefore,
  revokedAt: record.revokedAt,
  expiresAt: record.expiresAt,
});

function targetMessage(target: RevocationTarget): Revocation['target'] {
  switch (target.kind) {
    case 'token':
      return { $case: 'tokenId', value: target.tokenId };
    case 'principal':
      return { $case: 'principal', value: target.name };
    case 'tenant':
      return { $case: 'wholeTenant', value: true };
    case 'key':
      return { $case: 'keyId', value: target.keyId };
  }
}

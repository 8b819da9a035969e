import type { Revocation } from '@weir/contracts/security';
import type { RevocationSource } from './revocation-source.ts';

/** Revocations, arranged for the question whether a token is among them. */
export interface RevocationList extends RevocationSource {
  add(revocation: Revocation): void;
  /** Forgets everything else. */
  replace(revocations: readonly Revocation[]): void;
  /** Drops entries that can match no valid token any more. */
  sweep(now: number): void;
  readonly size: number;
}

/** What an entry means: tokens issued before this time are refused, and it may be forgotten from then on. */
interface Entry {
  readonly issuedBefore: number;
  readonly expiresAt: number;
}

/** An empty list. `ready` says whether it can be relied on, where somebody else keeps it up to date. */
export function revocationList(ready: () => string | undefined = () => undefined): RevocationList {
  let entries = new Map<string, Entry>();
  let generation = 0;

  const isBefore = (key: string, issuedAt: number): boolean => issuedAt < (entries.get(key)?.issuedBefore ?? -Infinity);

  return {
    ready,
    add(revocation) {
      insert(entries, revocation);
      generation += 1;
    },
    replace(revocations) {
      entries = new Map();
      for (const revocation of revocations) insert(entries, revocation);
      generation += 1;
    },
    isRevoked({ principal, actors, keyId }) {
      const { issuedAt, tenant, subject, tokenId } = principal;
      return (
        isBefore(tokenKey(tenant, tokenId), issuedAt) ||
        isBefore(`principal ${subject}`, issuedAt) ||
        (tenant !== undefined && isBefore(`tenant ${tenant}`, issuedAt)) ||
        isBefore(`key ${keyId}`, issuedAt) ||
        actors.some((actor) => isBefore(`principal ${actor}`, issuedAt))
      );
    },
    sweep(now) {
      for (const [key, { expiresAt }] of entries) if (expiresAt <= now) entries.delete(key);
    },
    get generation() {
      return generation;
    },
    get size() {
      return entries.size;
    },
  };
}

const tokenKey = (tenant: string | undefined, tokenId: string): string => `token ${tenant ?? ''}/${tokenId}`;

function insert(entries: Map<string, Entry>, revocation: Revocation): void {
  const key = keyOf(revocation);
  if (key === undefined) return;
  const known = entries.get(key);
  // A single token and a key have no time: all that matches them is refused.
  const issuedBefore = revocation.issuedBefore?.getTime() ?? Infinity;
  const expiresAt = revocation.expiresAt?.getTime() ?? Infinity;
  entries.set(key, {
    issuedBefore: Math.max(issuedBefore, known?.issuedBefore ?? 0),
    expiresAt: Math.max(expiresAt, known?.expiresAt ?? 0),
  });
}

function keyOf({ target, tenant }: Revocation): string | undefined {
  const id = tenant === '' ? undefined : tenant.replace(/^tenants\//, '');
  switch (target?.$case) {
    case 'tokenId':
      return tokenKey(id, target.value);
    case 'principal':
      return `principal ${target.value}`;
    case 'wholeTenant':
      return target.value && id !== undefined ? `tenant ${id}` : undefined;
    case 'keyId':
      return `key ${target.value}`;
    case undefined:
      return undefined;
  }
}

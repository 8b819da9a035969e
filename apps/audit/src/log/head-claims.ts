import type { HeadClaim } from '../domain/check-heads.ts';
import type { Progress } from './verification.ts';

type Claims = Pick<Progress, 'store' | 'scope' | 'log' | 'known'>;

/** The heads of sizes above `after` up to `to`, stored or known, by size. */
export async function claimsBetween(from: Claims, after: bigint, to: bigint): Promise<HeadClaim[]> {
  const claims = await read(from, after, Number(to - after));
  return claims.filter(({ size }) => size <= to);
}

/** The smallest head above a size. */
export async function firstClaimAfter(from: Claims, size: bigint): Promise<HeadClaim | undefined> {
  const [first] = await read(from, size, 1);
  return first;
}

async function read({ store, scope, log, known }: Claims, after: bigint, limit: number): Promise<HeadClaim[]> {
  const stored = await store.checkpoints(scope, log.tenant, after + 1n, limit);
  return [...stored.map(({ size, note }): HeadClaim => ({ size, note, source: 'stored' })), ...known]
    .filter(({ size }) => size > after)
    .sort((a, b) => Number(a.size - b.size));
}

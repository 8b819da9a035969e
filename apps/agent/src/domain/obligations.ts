import type { Obligation } from '@weir/contracts/security';
import { reason } from '@weir/errors';

const DAY_MS = 86_400_000;

type Kind = NonNullable<Obligation['kind']>['$case'];

/** Throws OBLIGATION_UNMET for an obligation that is not of the kinds given: who cannot meet one must not act. */
export function checkObligations(obligations: readonly Obligation[], met: readonly Kind[]): void {
  for (const { kind, sources } of obligations) {
    if (kind && met.includes(kind.$case)) continue;
    throw reason('OBLIGATION_UNMET', {
      obligation: kind?.$case ?? 'unknown',
      sources: sources.join(', ') || 'its policy',
    });
  }
}

/** Whether what is stored must be encrypted at rest. Where it is owed for some types of data, all of it is. */
export const isEncryptionOwed = (obligations: readonly Obligation[]): boolean =>
  obligations.some(({ kind }) => kind?.$case === 'encrypt');

/** Whether what is handed out must be anonymised. */
export const isAnonymizationOwed = (obligations: readonly Obligation[]): boolean =>
  obligations.some(({ kind }) => kind?.$case === 'anonymize');

/** When stored data must be gone: the time asked for or the one owed, whichever is sooner. */
export function expiryOwed(obligations: readonly Obligation[], asked: Date | undefined, now: number): Date | undefined {
  const days = obligations.flatMap(({ kind }) =>
    kind?.$case === 'retain' && kind.value.dataDays > 0 ? [kind.value.dataDays] : [],
  );
  const times = [...days.map((count) => now + count * DAY_MS), ...(asked ? [asked.getTime()] : [])];
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

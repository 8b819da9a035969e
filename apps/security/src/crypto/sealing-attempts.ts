import type { CryptoContext } from '@weir/contracts/security';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { OpenKeys } from './open-keys.ts';
import { planSealing, type Plain, type SealingPlan } from './sealer.ts';
import { usableKey, type MakeDefault } from './usable-key.ts';

/** Tries a plan; undefined when the key or a share has changed since it was read, and nothing was counted. */
type Try<T> = (plan: SealingPlan) => Promise<T | undefined>;

const ATTEMPTS = 4;

/** Plans calls, first by what is known of a key, then by what the database says now, until one counts. */
export function sealingAttempts(openKeys: OpenKeys, makeDefault: MakeDefault) {
  async function planned(key: CryptoKeyName, items: readonly Plain[], isFirst: boolean) {
    const subjects = await subjectsOf(openKeys, key, items);
    const ids = [...subjects.values()];
    const known = isFirst ? await openKeys.known(key, ids) : undefined;
    return planSealing(key, known ?? (await usableKey(openKeys, makeDefault, key, ids)), items, subjects);
  }

  return async <T>(key: CryptoKeyName, items: readonly Plain[], run: Try<T>): Promise<T> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const plan = await planned(key, items, attempt === 1);
      const done = plan && (await run(plan));
      if (done !== undefined) return done;
    }
    throw new Error(`${cryptoKeyName(key)} changed ${ATTEMPTS} times while it was used`);
  };
}

/** What stands for each subject that a context names. */
export async function subjectsOf(
  { subjectId }: OpenKeys,
  { tenant }: CryptoKeyName,
  items: readonly { readonly context: CryptoContext }[],
): Promise<ReadonlyMap<string, Buffer>> {
  const subjects = [...new Set(items.map(({ context }) => context.subject))];
  const ids = await Promise.all(subjects.map((subject) => subjectId(tenant, subject)));
  return new Map(subjects.map((subject, at) => [subject, ids[at] ?? Buffer.alloc(0)]));
}

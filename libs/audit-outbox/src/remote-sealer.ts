import type { Client } from '@weir/client';
import type { CryptoServiceDefinition } from '@weir/contracts/security';
import { Code, WeirError } from '@weir/errors';
import { sealingBy, type SealPersonal } from './personal-details.ts';

type Crypto = Pick<Client<typeof CryptoServiceDefinition>, 'sealDetails'>;

/** How long a tenant that did not ask is taken not to, while security does not answer. */
const REMEMBERED_MS = 5 * 60_000;
const TENANTS = 10_000;

/**
 * Asks security to seal, every time. While it does not answer, the events of a tenant that did not ask for it within
 * the last five minutes are written as they are; those of any other tenant fail with what the call failed with.
 */
export function remoteSealer(crypto: Crypto, clock: () => number = Date.now): SealPersonal {
  const notAsked = new Map<string, number>();
  const seal = sealingBy((request) => crypto.sealDetails(request));

  return async (tenant, eventId, persons) => {
    try {
      const sealed = await seal(tenant, eventId, persons);
      notAsked.delete(tenant);
      if (sealed) return sealed;
      if (notAsked.size >= TENANTS) notAsked.clear();
      notAsked.set(tenant, clock());
      return undefined;
    } catch (error) {
      const isDown = error instanceof WeirError && error.code === Code.UNAVAILABLE;
      if (isDown && clock() - (notAsked.get(tenant) ?? -Infinity) < REMEMBERED_MS) return undefined;
      throw error;
    }
  };
}

import type { Client } from '@weir/client';
import type { CryptoServiceDefinition } from '@weir/contracts/security';
import { Code, WeirError } from '@weir/errors';
import { encodeDetails, type SealPersonal } from './personal-details.ts';

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

  return async (tenant, eventId, persons) => {
    const request = {
      tenant,
      eventId,
      persons: persons.map(({ subject, details }) => ({ subject, details: encodeDetails(details) })),
    };
    try {
      const { asked, key, ciphertexts } = await crypto.sealDetails(request);
      notAsked.delete(tenant);
      if (asked) return ciphertexts.map((ciphertext, at) => ({ subject: persons[at]?.subject ?? '', key, ciphertext }));
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

import type { Client } from '@weir/client';
import type { SealedDetails } from '@weir/contracts/audit';
import { Struct } from '@weir/contracts/google/struct';
import type { CryptoServiceDefinition } from '@weir/contracts/security';
import { encodeDetails, type PersonalDetails } from './personal-details.ts';

type Crypto = Client<typeof CryptoServiceDefinition>;

/** Which event the details are bound to: ciphertexts cannot be moved to another one. */
export interface Sealing {
  /** The key of the tenant, "tenants/<t>/keys/<id>". Below it each person has a key of their own. */
  readonly key: string;
  /** The id of the event, chosen before it is written. */
  readonly eventId: string;
}

const PURPOSE = 'audit-details';

const contextOf = (subject: string, { eventId }: Sealing) => ({
  purpose: PURPOSE,
  entries: { event: eventId },
  subject,
});

/**
 * Encrypts details under the keys of the persons that they are about, so that EraseSubject makes them unreadable while
 * the bytes that the log commits to stay as they are. Fails as CryptoService.Encrypt does.
 */
export const sealDetails = (
  crypto: Pick<Crypto, 'encrypt'>,
  sealing: Sealing,
  persons: readonly PersonalDetails[],
): Promise<SealedDetails[]> =>
  Promise.all(
    persons.map(async ({ subject, details }): Promise<SealedDetails> => {
      const plaintext = encodeDetails(details);
      const { ciphertext } = await crypto.encrypt({
        name: sealing.key,
        plaintext,
        context: contextOf(subject, sealing),
      });
      return { subject, key: sealing.key, ciphertext };
    }),
  );

/** Reads what was sealed in an event. Fails as CryptoService.Decrypt does, for ever once the person was erased. */
export async function openDetails(
  crypto: Pick<Crypto, 'decrypt'>,
  eventId: string,
  { subject, key, ciphertext }: SealedDetails,
): Promise<Record<string, unknown>> {
  const context = contextOf(subject, { key, eventId });
  const { plaintext } = await crypto.decrypt({ name: key, ciphertext, context });
  return Struct.unwrap(Struct.decode(plaintext));
}

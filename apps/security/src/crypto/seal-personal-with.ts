import { encodeDetails, type SealPersonal } from '@weir/audit-outbox';
import type { DetailSealer } from './detail-sealer.ts';

/** Seals the details of this service's own events, without a detour over the network. */
export const sealPersonalWith =
  (sealDetails: DetailSealer): SealPersonal =>
  async (tenant, eventId, persons) => {
    const own = persons.map(({ subject, details }) => ({ subject, details: encodeDetails(details) }));
    const { asked, key, ciphertexts } = await sealDetails({
      tenant: tenant.slice('tenants/'.length),
      eventId,
      persons: own,
    });
    if (!asked) return undefined;
    return ciphertexts.map((ciphertext, at) => ({ subject: persons[at]?.subject ?? '', key, ciphertext }));
  };

import { tenantScope } from '@weir/context';
import type { SealDetailsRequest, SealDetailsResponse } from '@weir/contracts/security';
import { cryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { effectiveOf } from '../domain/compliance/framework-config.ts';
import { remembered } from '../domain/remembered.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import type { Cryptographer } from './cryptographer.ts';

/** What is to be sealed for one event; the tenant by its id. */
export type Sealing = Pick<SealDetailsRequest, 'tenant' | 'eventId' | 'persons'>;

/** Seals what an audit event says about persons where their tenant asks for it. */
export type DetailSealer = (sealing: Sealing) => Promise<SealDetailsResponse>;

const PURPOSE = 'audit-details';
const KEY = 'default';
const TENANTS = 10_000;
/** As long as the contract says that a new configuration may take to count. */
const KNOWN_MS = 1_000;

/** Seals under the tenant's key `default`, with a share for each person. */
export function detailSealer(frameworks: FrameworkStore, cryptographer: Cryptographer): DetailSealer {
  const read = async (tenant: string): Promise<boolean> =>
    effectiveOf(await frameworks.find(tenantScope(tenant), tenant)).sealPersonalDetails;
  const asks = remembered(read, { max: TENANTS, ttl: KNOWN_MS });

  return async ({ tenant, eventId, persons }) => {
    const key = { tenant, id: KEY };
    const answer = { key: cryptoKeyName(key) };
    if (!(await asks(tenant))) return { ...answer, asked: false, ciphertexts: [] };
    const items = persons.map(({ subject, details }) => ({
      plaintext: details,
      context: { purpose: PURPOSE, entries: { event: eventId }, subject },
    }));
    const { ciphertexts } = await cryptographer.encrypt(key, items);
    return { ...answer, asked: true, ciphertexts: [...ciphertexts] };
  };
}

import { sealingBy, type SealPersonal } from '@weir/audit-outbox';
import { tenantIn } from '../domain/principal.ts';
import type { DetailSealer } from './detail-sealer.ts';

/** Seals the details of this service's own events, without a detour over the network. */
export const sealPersonalWith = (sealDetails: DetailSealer): SealPersonal =>
  sealingBy((request) => sealDetails({ ...request, tenant: tenantIn(request.tenant) }));

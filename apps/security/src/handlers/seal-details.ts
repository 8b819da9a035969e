import type { SealDetailsRequest, SealDetailsResponse } from '@weir/contracts/security';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { DetailSealer } from '../crypto/detail-sealer.ts';
import { tenantIn } from '../domain/principal.ts';
import { tenantField } from './question-fields.ts';

const MAX_BYTES = 32 * 1024;

const person = z.object({
  subject: text(1, 256),
  details: z
    .instanceof(Buffer)
    .refine(({ length }) => length > 0, 'is required')
    .refine(({ length }) => length <= MAX_BYTES, 'must be at most 32 KiB'),
});

const Request = z.object({
  tenant: tenantField(),
  eventId: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID in lower case'),
  persons: z
    .array(person)
    .min(1, 'is required')
    .max(16, 'must have at most 16')
    .refine((all) => new Set(all.map(({ subject }) => subject)).size === all.length, 'must name each person once'),
});

/** Seals what an audit event says about persons, where their tenant asks for it. */
export function sealDetails(seal: DetailSealer): Unary<SealDetailsRequest, SealDetailsResponse> {
  return async (request) => {
    const { tenant, eventId, persons } = parse(Request, request);

    return seal({ tenant: tenantIn(tenant), eventId, persons });
  };
}

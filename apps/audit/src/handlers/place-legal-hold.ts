import { LegalHold, type PlaceLegalHoldRequest, type PlaceLegalHoldResponse } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { idIn, parse, resourceId, tenantName, text, type Unary } from '@weir/rpc';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { etagOf } from '../domain/etag.ts';
import type { RetentionStore } from '../store/retention-store.ts';
import { filterSchema } from './filter-schema.ts';

const Request = z.object({
  parent: tenantName(),
  legalHoldId: z.literal('').or(resourceId()),
  legalHold: z.object(
    {
      reason: text(1, 500),
      scope: filterSchema.refine((scope) => scope.text === '', { path: ['text'], message: 'is not allowed in a hold' }),
    },
    'is required',
  ),
  validateOnly: z.boolean(),
});

/** Keeps the events in its scope from removal until it is released, whatever retention says. */
export function placeLegalHold(store: RetentionStore): Unary<PlaceLegalHoldRequest, PlaceLegalHoldResponse> {
  return async (request, context) => {
    const { parent, legalHoldId, legalHold, validateOnly } = parse(Request, request);
    const tenant = idIn(parent, 'tenants');
    const id = legalHoldId === '' ? `hold-${randomBytes(6).toString('hex')}` : legalHoldId;
    const name = `${parent}/holds/${id}`;

    const placedBy = context.principal?.subject ?? '';
    const hold = LegalHold.fromPartial({ ...legalHold, name, placedBy, placedAt: new Date() });
    const isFree = validateOnly
      ? (await store.hold(context.scope, tenant, id)) === undefined
      : await store.addHold(context.scope, tenant, { id, hold, revision: 1n });
    if (!isFree) throw reason('LEGAL_HOLD_EXISTS', { name });

    context.audit({ resource: name, details: { reason: hold.reason, validate_only: validateOnly } });
    return { legalHold: { ...hold, etag: etagOf(1n) } };
  };
}

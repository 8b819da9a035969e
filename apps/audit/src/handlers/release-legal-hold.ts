import type { ReleaseLegalHoldRequest, ReleaseLegalHoldResponse } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { childName, idIn, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag, etagOf } from '../domain/etag.ts';
import type { Sweeper } from '../log/sweeper.ts';
import type { RetentionStore } from '../store/retention-store.ts';

const Request = z.object({ name: childName('holds'), reason: text(1, 500), etag: z.string() });

/** Ends a legal hold; the hold is kept, released. */
export function releaseLegalHold(
  store: RetentionStore,
  sweeper: Sweeper,
): Unary<ReleaseLegalHoldRequest, ReleaseLegalHoldResponse> {
  return async (request, context) => {
    const { name, reason: releaseReason, etag } = parse(Request, request);
    const [tenant, id] = [idIn(name, 'tenants'), idIn(name, 'holds')];

    const kept = await store.hold(context.scope, tenant, id, 'lock');
    if (!kept) throw reason('LEGAL_HOLD_NOT_FOUND', { name });
    context.audit({
      resource: name,
      details: { reason: releaseReason, was_released: kept.hold.releasedAt !== undefined },
    });
    if (kept.hold.releasedAt) return { legalHold: { ...kept.hold, etag: etagOf(kept.revision) } };
    checkEtag(name, etag, kept.revision);
    const releasedBy = context.principal?.subject ?? '';
    const hold = { ...kept.hold, releasedBy, releasedAt: new Date(), releaseReason };
    const revision = kept.revision + 1n;
    await store.putHold(context.scope, tenant, { id, hold, revision });
    context.afterCommit(() => sweeper.wake(tenant));

    return { legalHold: { ...hold, etag: etagOf(revision) } };
  };
}

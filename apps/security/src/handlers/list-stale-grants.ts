import {
  Staleness,
  type ListStaleGrantsRequest,
  type ListStaleGrantsResponse,
  type StaleGrant,
} from '@weir/contracts/security';
import { decodePageToken, encodePageToken, enumValue, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { AccessReview } from '../access/access-review.ts';
import { nameOf } from '../domain/access/stale-grants.ts';
import { tenantIn } from '../domain/principal.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import { DAY_MS, durationBetween } from './duration-field.ts';
import { tenantField } from './question-fields.ts';

const Request = z.object({
  tenant: tenantField(),
  pageSize: pageSize(),
  pageToken: z.string(),
  unusedFor: durationBetween(DAY_MS, 3_650 * DAY_MS, '1 to 3,650 days'),
  principal: z.string().max(200, 'must have at most 200 characters'),
  staleness: z.array(enumValue(Staleness)),
});

/** Lists grants that nobody needs any more, for a review of access rights. */
export function listStaleGrants(
  review: AccessReview,
  frameworks: Pick<FrameworkStore, 'reviewed'>,
): Unary<ListStaleGrantsRequest, ListStaleGrantsResponse> {
  return async (request, context) => {
    const { tenant, pageSize: size, pageToken, unusedFor, principal, staleness } = parse(Request, request);
    const query = ['ListStaleGrants', tenant, unusedFor ?? 0, principal, staleness];
    const [after] = decodePageToken(query, pageToken) ?? [];

    const all = await review.staleGrants(context.scope, tenantIn(tenant), unusedFor);
    const asked = all.filter(
      (grant) =>
        (principal === '' || holderOf(grant) === principal) &&
        (staleness.length === 0 || staleness.some((one) => one === grant.staleness)),
    );

    const from = after === undefined ? 0 : asked.findIndex((grant) => placeOf(grant) > after);
    const rest = from < 0 ? [] : asked.slice(from);
    const page = rest.slice(0, size);
    const last = rest.length > size ? page.at(-1) : undefined;
    const isReview = !last && principal === '' && staleness.length === 0;
    if (isReview) await frameworks.reviewed(context.scope, tenantIn(tenant));

    context.audit({ details: { stale_grants: all.length, reviewed: isReview } });
    return { grants: page, nextPageToken: last ? encodePageToken(query, [placeOf(last)]) : '' };
  };
}

const holderOf = ({ grant }: StaleGrant): string => grant?.value.principal ?? '';

/** Sorts as the list does, so that a page goes on in the right place even when the grant before is there no more. */
const placeOf = (grant: StaleGrant): string =>
  `${String(grant.lastUsedAt?.getTime() ?? 0).padStart(16, '0')} ${nameOf(grant)}`;

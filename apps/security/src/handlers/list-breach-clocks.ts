import {
  BreachClockState,
  type ListBreachClocksRequest,
  type ListBreachClocksResponse,
} from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { decodePageToken, encodePageToken, enumValue, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { clockMessage } from '../domain/compliance/breach-clock.ts';
import { isKnownFramework } from '../domain/compliance/frameworks.ts';
import { tenantIn } from '../domain/principal.ts';
import type { BreachClockStore } from '../store/breach-clock-store.ts';
import { tenantField } from './question-fields.ts';

const Request = z.object({
  tenant: tenantField(),
  pageSize: pageSize(),
  pageToken: z.string(),
  frameworks: z.array(z.number()).max(100, 'must have at most 100'),
  states: z.array(enumValue(BreachClockState)).max(100, 'must have at most 100'),
});

/** Lists the clocks that incidents have started, by deadline, the earliest first. */
export function listBreachClocks(clocks: BreachClockStore): Unary<ListBreachClocksRequest, ListBreachClocksResponse> {
  return async (request, { scope }) => {
    const { tenant, pageSize: size, pageToken, frameworks, states } = parse(Request, request);
    const unknown = frameworks.find((framework) => !isKnownFramework(framework));
    if (unknown !== undefined) throw reason('UNKNOWN_FRAMEWORK', { framework: unknown });
    const query = ['ListBreachClocks', tenant, frameworks, states];
    const [notifyBy, id = ''] = decodePageToken(query, pageToken) ?? [];
    const after = notifyBy === undefined ? undefined : { notifyBy: new Date(notifyBy), id };
    const now = new Date();

    const found = await clocks.list(scope, tenantIn(tenant), { frameworks, states, now, after, limit: size + 1 });

    const page = found.slice(0, size);
    const last = found.length > size ? page.at(-1) : undefined;
    return {
      clocks: page.map((clock) => clockMessage(clock, now)),
      nextPageToken: last ? encodePageToken(query, [last.notifyBy.toISOString(), last.id]) : '',
    };
  };
}

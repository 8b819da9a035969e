import type { ListUsageRequest, ListUsageResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { usageMessage } from '../domain/usage.ts';
import type { UsagePage, UsageStore } from '../store/usage-store.ts';
import { viewer } from './component-fields.ts';
import { month } from './get-usage.ts';

const Request = z
  .object({ tenant: viewer(), fromMonth: month(), toMonth: month(), pageSize: pageSize(), pageToken: z.string() })
  .refine(({ fromMonth, toMonth }) => toMonth === '' || fromMonth <= toMonth, {
    path: ['toMonth'],
    message: 'must not be before from_month',
  });

/** ListUsage: newest month first, then by tenant. */
export function listUsage(usage: UsageStore): Unary<ListUsageRequest, ListUsageResponse> {
  return async (request, { scope }) => {
    const { tenant, fromMonth, toMonth, pageSize, pageToken } = parse(Request, request);
    const query = ['ListUsage', tenant, fromMonth, toMonth];
    const after = usageAfter(query, pageToken);

    const bounds = { from: fromMonth || undefined, to: toMonth || undefined };
    const found = await usage.list(scope, { tenant: scope.tenant, ...bounds, after, limit: pageSize + 1 });
    const page = found.slice(0, pageSize);
    const last = found.length > page.length ? page.at(-1) : undefined;

    return {
      usages: page.map(usageMessage),
      nextPageToken: last ? encodePageToken(query, [last.month, last.tenant]) : '',
    };
  };
}

function usageAfter(query: unknown, token: string): UsagePage['after'] {
  const cursor = decodePageToken(query, token);
  if (!cursor) return undefined;
  const [month, tenant] = cursor;
  // It goes into a date: a forged one is refused here.
  if (month === undefined || tenant === undefined || !/^\d{4}-\d{2}$/.test(month)) throw reason('PAGE_TOKEN_INVALID');
  return { month, tenant };
}

import type { CallContext } from '@weir/context';
import { Retention, type PutRetentionRequest, type PutRetentionResponse } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { enumValue, idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag, etagOf } from '../domain/etag.ts';
import type { Sweeper } from '../log/sweeper.ts';
import type { KeptRetention, RetentionStore } from '../store/retention-store.ts';

const rule = z.object({
  sensitivity: enumValue(Sensitivity),
  days: z.number().min(1, 'must be 1 to 36,500').max(36_500, 'must be 1 to 36,500'),
});

const rules = z
  .array(rule)
  .refine((list) => new Set(list.map(({ sensitivity }) => sensitivity)).size === list.length, {
    message: 'must have at most one rule per sensitivity',
  })
  .transform((list) => list.toSorted((a, b) => a.sensitivity - b.sensitivity));

const Request = z.object({
  tenant: tenantName(),
  retention: z.object({ rules, minimums: rules }, 'is required'),
  etag: z.string(),
  validateOnly: z.boolean(),
});

/** Sets how long the events of a tenant are kept: security the minimums, everyone else the rules. */
export function putRetention(
  store: RetentionStore,
  sweeper: Sweeper,
): Unary<PutRetentionRequest, PutRetentionResponse> {
  return async (request, context) => {
    const { tenant: name, retention: given, etag, validateOnly } = parse(Request, request);
    const tenant = idIn(name, 'tenants');
    const part = isSecurity(context) ? { minimums: given.minimums } : { rules: given.rules };

    const before = await store.retention(context.scope, tenant, 'lock');
    checkEtag(`${name}/retention`, etag, before?.revision ?? 0n);
    const current = before?.retention ?? Retention.fromPartial({ name: `${name}/retention` });
    const after = {
      retention: { ...current, ...part, updatedAt: new Date() },
      revision: (before?.revision ?? 0n) + 1n,
    };
    if (!validateOnly) {
      await store.putRetention(context.scope, tenant, after);
      context.afterCommit(() => sweeper.wake(tenant));
    }

    context.audit({ resource: `${name}/retention`, details: { ...summary(after), validate_only: validateOnly } });
    return { retention: toRetention(after), previous: before && toRetention(before) };
  };
}

const isSecurity = ({ principal }: CallContext): boolean =>
  principal?.kind === 'service' && principal.subject === 'principals/security';

const toRetention = ({ retention, revision }: KeptRetention): Retention => ({ ...retention, etag: etagOf(revision) });

const summary = ({ retention: { rules: wanted, minimums } }: KeptRetention): Record<string, string> => ({
  rules: inWords(wanted),
  minimums: inWords(minimums),
});

const inWords = (list: Retention['rules']): string =>
  list.map(({ sensitivity, days }) => `${sensitivity}: ${days} days`).join(', ');

import { platformScope, tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import type { Logger } from 'pino';
import { setTimeout as wait } from 'node:timers/promises';
import { auditMinimums, minimumsText } from '../domain/compliance/audit-minimums.ts';
import { effectiveOf } from '../domain/compliance/framework-config.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import type { RetentionSyncStore } from '../store/retention-sync-store.ts';
import type { Schema } from '../store/schema.ts';
import type { AuditAccess } from './audit-access.ts';

/** What the retention of audit logs follows from. */
export interface RetentionSyncParts {
  readonly database: Database<Schema>;
  readonly frameworks: FrameworkStore;
  readonly policies: PolicyStore;
  readonly retentionSync: RetentionSyncStore;
  readonly audit: Pick<AuditAccess, 'putRetention'>;
  readonly log: Logger;
}

/** Tells audit how long it must keep the logs of tenants. */
export interface RetentionSync extends AsyncDisposable {
  /** Something has changed: look at once. */
  wake(): void;
}

const IDLE_MS = 5_000;
const AT_ONCE = 100;
const TIMEOUT_MS = 5_000;
// Audit may have been restored from a backup of the day before.
const REPEAT_AFTER_MS = 24 * 3_600_000;

/** Starts telling; what audit does not confirm is tried again. */
export function startRetentionSync(parts: RetentionSyncParts): RetentionSync {
  const ending = new AbortController();
  let wakeUp = Promise.withResolvers<void>();

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      wakeUp = Promise.withResolvers();
      await applyDue(parts).catch((err: unknown) => parts.log.debug({ err }, 'the retention of audit logs waits'));
      const pause = wait(IDLE_MS, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
      await Promise.race([pause, wakeUp.promise]);
    }
  }

  const running = loop();
  return {
    wake: () => wakeUp.resolve(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      wakeUp.resolve();
      await running;
    },
  };
}

async function applyDue(parts: RetentionSyncParts): Promise<void> {
  const staleBefore = new Date(Date.now() - REPEAT_AFTER_MS);
  for (const tenant of await parts.retentionSync.due(platformScope(), staleBefore, AT_ONCE)) {
    await apply(parts, tenant, staleBefore);
  }
}

/** One tenant in one transaction: replicas take turns, so that the latest demand is also the last one told. */
async function apply(parts: RetentionSyncParts, tenant: string, staleBefore: Date): Promise<void> {
  const { database, frameworks, policies, retentionSync, audit } = parts;
  const scope = tenantScope(tenant);
  await database.transaction(scope, async () => {
    const before = await retentionSync.lock(scope, tenant);
    if (!before) return;
    const configured = await frameworks.find(scope, tenant);
    const { auditRetentionDays = 0 } = effectiveOf(configured);
    const { put } = await policies.changes(scope, tenant, 0n);
    const minimums = auditMinimums(auditRetentionDays, put);
    const wanted = minimumsText(minimums);
    const isStale = before.appliedAt !== undefined && before.appliedAt < staleBefore;
    if (wanted !== before.minimums || (isStale && wanted !== '')) {
      const request = { tenant: `tenants/${tenant}`, retention: { minimums } };
      await audit.putRetention(request, { timeoutMs: TIMEOUT_MS });
    }
    const { revision } = before;
    await retentionSync.applied(scope, tenant, { revision, minimums: wanted, configs: configured.configs });
  });
}

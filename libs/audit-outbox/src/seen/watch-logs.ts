import { setTimeout as wait } from 'node:timers/promises';
import { logVerdict, type Client } from '@weir/client';
import { Outcome, type AuditServiceDefinition, type Event } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import type { Database } from '@weir/database';
import { isReason } from '@weir/errors';
import { ProofError } from '@weir/merkle';
import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { backgroundEvent } from '../event.ts';
import type { OutboxTables } from '../schema.ts';
import { judge } from './judge.ts';
import { postgresSeenStore, type RememberedLog, type SeenCounts, type SeenStore } from './seen-store.ts';

/** The part of the audit service that is asked. */
export type AskedLog = Pick<
  Client<typeof AuditServiceDefinition>,
  'getCheckpoint' | 'getConsistencyProof' | 'verifyLog'
>;

/** What a watch works with. */
export interface LogWatchOptions {
  /** "security", "deployment": whoever tells of a refused head. */
  readonly service: string;
  readonly database: Database<OutboxTables>;
  readonly audit: AskedLog;
  readonly settings: { readonly AUDIT_CHECKPOINT_INTERVAL: number; readonly AUDIT_LOG_KEYS: readonly string[] };
  readonly log: Logger;
  readonly metrics: Registry;
}

/** Remembers the heads of the audit logs that a service writes to, and refuses those that do not continue them. */
export interface LogWatch extends AsyncDisposable {
  /** These events have reached their logs: look at the logs in the next round. */
  delivered(events: readonly Event[]): void;
  /** Looks at one log now. Returns what is remembered of it, with the problem of its latest head if there is one. */
  look(tenant: string): Promise<RememberedLog | undefined>;
  /** Everything that is remembered, as an auditor reads it: whole notes, numbers as text. */
  page(): Promise<{ logs: object[] }>;
}

/** Logs in a round: those written to since the last one, and some that were not looked at for long. */
const ROUND = { written: 200, oldest: 50 } as const;

/** How long the audit service may look for the first bad index. */
const VERDICT_MS = 30_000;

/** Starts to watch. */
export function watchLogs(options: LogWatchOptions): LogWatch {
  const { settings, log, metrics } = options;
  const store = postgresSeenStore(options.database);
  const ending = new AbortController();
  const written = new Set<string>();
  measure(metrics, store);

  async function round(): Promise<void> {
    const fresh = [...written].slice(0, ROUND.written);
    for (const tenant of fresh) written.delete(tenant);
    for (const tenant of new Set([...fresh, ...(await store.oldest(ROUND.oldest))])) {
      if (ending.signal.aborted) return;
      await lookAt(tenant, store, options);
    }
  }

  async function loop(): Promise<void> {
    for (;;) {
      await pause(settings.AUDIT_CHECKPOINT_INTERVAL, ending.signal);
      if (ending.signal.aborted) return;
      await round().catch((err: unknown) => log.debug({ err }, 'heads of audit logs were not compared'));
    }
  }

  const running = loop();
  return {
    delivered(events) {
      for (const { tenant } of events) written.add(tenant.replace(/^tenants\//, ''));
    },
    async look(tenant) {
      await lookAt(tenant, store, options);
      return store.find(tenant);
    },
    page: async () => ({ logs: (await store.list()).map(asText) }),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

async function lookAt(id: string, store: SeenStore, { service, audit, settings, log }: LogWatchOptions): Promise<void> {
  const tenant = `tenants/${id}`;
  const kept = await store.find(id);
  let note: string | undefined;
  try {
    const answer = await audit.getCheckpoint({ tenant });
    note = answer.checkpoint?.note;
    const judging = {
      tenant: id,
      kept,
      givenKeys: settings.AUDIT_LOG_KEYS,
      proof: async (firstTreeSize: bigint, secondTreeSize: bigint) =>
        (await audit.getConsistencyProof({ tenant, firstTreeSize, secondTreeSize })).proof,
    };
    await store.keep(await judge(answer, judging));
  } catch (error) {
    const problem = problemIn(error);
    if (problem === undefined) throw error;
    if (!kept) {
      log.error({ tenant, problem }, 'the head of an audit log does not hold');
      return;
    }
    if (kept.problem === problem) {
      await store.looked(id);
      return;
    }
    const firstBadIndex = await firstBadIndexOf(audit, kept);
    log.error({ tenant, size: String(kept.size), problem }, 'the audit log contradicts the head that was remembered');
    await store.refuse(
      { tenant: id, problem, note, firstBadIndex },
      refusalEvent(service, kept, problem, firstBadIndex),
    );
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => undefined);

const asText = ({ size, firstBadIndex, ...log }: RememberedLog) => ({
  ...log,
  size: String(size),
  ...(firstBadIndex !== undefined && { firstBadIndex: String(firstBadIndex) }),
});

/** What is wrong with a log; undefined for what passes: audit is down, or busy. */
function problemIn(error: unknown): string | undefined {
  if (error instanceof ProofError) return error.message;
  if (isReason(error, 'LOG_INCONSISTENT')) return error.metadata['problem'] ?? error.message;
  if (isReason(error, 'LOG_RANGE_REMOVED') || isReason(error, 'TREE_SIZE_TOO_LARGE')) return error.message;
  return undefined;
}

/** Asks the audit service itself to say where its log departs from the head that is remembered. */
async function firstBadIndexOf(audit: AskedLog, { tenant, note }: RememberedLog): Promise<bigint | undefined> {
  try {
    const request = { tenant: `tenants/${tenant}`, knownCheckpoints: [note] };
    // The alarm does not wait for a verdict on a log of millions.
    const { verdict } = await logVerdict(audit.verifyLog(request, { timeoutMs: VERDICT_MS }));
    return verdict.$case === 'inconsistent' ? verdict.value.firstBadIndex : undefined;
  } catch {
    return undefined;
  }
}

const refusalEvent = (service: string, kept: RememberedLog, problem: string, firstBadIndex: bigint | undefined) =>
  backgroundEvent(service, {
    type: 'audit_checkpoint_refused',
    resource: `tenants/${kept.tenant}`,
    sensitivity: Sensitivity.CRITICAL,
    outcome: Outcome.FAILED,
    errorReason: 'LOG_INCONSISTENT',
    details: {
      remembered_size: String(kept.size),
      problem,
      ...(firstBadIndex !== undefined && { first_bad_index: String(firstBadIndex) }),
    },
  });

function measure(metrics: Registry, store: SeenStore): void {
  const gauge = (name: string, help: string, read: (counts: SeenCounts) => number): Gauge => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [metrics],
      async collect() {
        // While the database does not answer the figure is that of the last time.
        const counts = await store.counts().catch(() => undefined);
        if (counts) made.set(read(counts));
      },
    });
    return made;
  };
  gauge('weir_audit_logs_remembered', 'Audit logs whose last head this service remembers.', (counts) => counts.logs);
  gauge(
    'weir_audit_logs_refused',
    'Audit logs whose head contradicts the one remembered: truncated, rolled back or rewritten. Must be 0.',
    (counts) => counts.refused,
  );
}

import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { reason } from '@weir/errors';
import { sql, type Transaction } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Schema } from '../store/schema.ts';

/** Tells watchers that there may be something new for them. */
export interface ChangeFeed extends AsyncDisposable {
  /** Where a tenant's news stand: taken before looking, so that what comes meanwhile is not missed. */
  mark(tenant: string | undefined): number;
  /**
   * Waits until something that a tenant, or the platform, may see has changed since a mark, or `ms` have passed. Throws
   * SHUTTING_DOWN when the service stops.
   */
  next(waiter: {
    tenant: string | undefined;
    /** What the waiter knows already. */
    revision: bigint;
    mark: number;
    ms: number;
    signal: AbortSignal;
  }): Promise<void>;
}

interface Waiting {
  readonly tenant: string | undefined;
  readonly wake: () => void;
}

const LOOK_MS = 50;

/** One look at the changes for all watchers of a process, as long as there are any. */
export function startChangeFeed(database: Database<Schema>, log: Logger): ChangeFeed {
  const waiting = new Set<Waiting>();
  let ended = false;
  let seen: Seen | undefined;
  const marks = newsMarks();
  let looking: Promise<void> | undefined;

  async function look(from: bigint): Promise<void> {
    seen ??= { revision: from, beyond: new Set() };
    while (waiting.size > 0 && !ended) {
      try {
        const { tenants, ...now } = await news(database, seen, marks);
        seen = now;
        marks.raise(tenants);
        for (const waiter of waiting) if (tenants.has(waiter.tenant)) waiter.wake();
      } catch (error) {
        log.debug({ err: error }, 'changes cannot be read; watchers wait');
      }
      await sleep(LOOK_MS);
    }
  }

  return {
    mark: (tenant) => marks.of(tenant),
    async next({ tenant, revision, mark, ms, signal }) {
      if (!ended && mark === marks.of(tenant) && !signal.aborted) {
        const { promise, wake } = alarm(ms, signal);
        const waiter = { tenant, wake };
        waiting.add(waiter);
        looking ??= look(revision).finally(() => (looking = undefined));
        await promise;
        waiting.delete(waiter);
      }
      if (ended) throw reason('SHUTTING_DOWN');
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      for (const { wake } of waiting) wake();
      await looking;
    },
  };
}

/** How often there was news for each tenant that watches, or has: also while it is busy with what came before. */
function newsMarks() {
  const marks = new Map<string | undefined, number>();
  return {
    of(tenant: string | undefined): number {
      const mark = marks.get(tenant) ?? 0;
      marks.set(tenant, mark);
      return mark;
    },
    tenants: (): ReadonlySet<string | undefined> => new Set(marks.keys()),
    raise(tenants: ReadonlySet<string | undefined>): void {
      for (const tenant of tenants) if (marks.has(tenant)) marks.set(tenant, (marks.get(tenant) ?? 0) + 1);
    },
  };
}

/** A promise that is kept after a time, when the call ends, or when somebody wakes it. */
function alarm(ms: number, signal: AbortSignal): { promise: Promise<void>; wake: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
    resolve();
  };
  const timer = setTimeout(wake, ms);
  signal.addEventListener('abort', wake, { once: true });
  return { promise, wake };
}

/** What was looked at: everything up to a revision, and the changes beyond it with these ids. */
interface Seen {
  readonly revision: bigint;
  readonly beyond: ReadonlySet<bigint>;
}

interface News extends Seen {
  /** Whom it may concern; undefined is the platform. */
  readonly tenants: ReadonlySet<string | undefined>;
}

interface Row {
  readonly id: bigint;
  readonly tenant: string | null;
  readonly component: string | null;
  readonly revision: bigint;
  readonly settled: boolean;
}

/**
 * Which of those who watch may see what is new. It counts as soon as it can be seen: waiting until it is settled would
 * let any long transaction of the same database server hold watchers up.
 */
async function news(database: Database<Schema>, seen: Seen, marks: ReturnType<typeof newsMarks>): Promise<News> {
  const asked = marks.tenants();
  const { fresh, ...found } = await newsFor(
    database,
    seen,
    [...asked].filter((tenant) => tenant !== undefined),
  );
  // Who came meanwhile was not asked about, and may have looked before something changed: it looks again.
  const late = fresh ? marks.tenants().difference(asked) : new Set<string>();
  return { ...found, tenants: found.tenants.union(late) };
}

async function newsFor(database: Database<Schema>, seen: Seen, watching: readonly string[]) {
  return database.within(platformScope(), async (tx) => {
    const { rows } = await sql<Row>`
      select id, tenant, component, xid::text::bigint as revision,
        xid < pg_snapshot_xmin(pg_current_snapshot()) as settled
      from catalogue_changes where xid > ${String(seen.revision)}::xid8`.execute(tx);
    const fresh = rows.filter(({ id }) => !seen.beyond.has(id));
    const components = fresh.flatMap(({ tenant, component }) =>
      tenant === null && component !== null ? [component] : [],
    );
    const own = fresh.flatMap(({ tenant }) => tenant ?? []);
    const granted = components.length > 0 && watching.length > 0 ? await grantedOf(tx, components, watching) : [];
    const platform = components.length > 0 ? [undefined] : [];
    const tenants = new Set<string | undefined>([...platform, ...own, ...granted]);
    return { ...advanced(seen, rows), tenants, fresh: fresh.length > 0 };
  });
}

/** The last settled change, and the ids of those above it. Everything at or below a settled one is settled. */
function advanced({ revision }: Seen, rows: readonly Row[]): Seen {
  const settled = rows.filter((row) => row.settled).map((row) => row.revision);
  const last = settled.reduce((a, b) => (a > b ? a : b), revision);
  return { revision: last, beyond: new Set(rows.filter((row) => row.revision > last).map(({ id }) => id)) };
}

async function grantedOf(tx: Transaction<Schema>, changed: readonly string[], tenants: readonly string[]) {
  const { rows } = await sql<{ tenant: string }>`
    select distinct s.tenant from visible_spans s where s.tenant = any(${tenants}::text[]) and s.component in (
      select unnest(${changed}::text[])
      union select v.component from versions v where v.replacement_component = any(${changed}::text[]))`.execute(tx);
  return rows.map(({ tenant }) => tenant);
}

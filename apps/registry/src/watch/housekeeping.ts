import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../store/schema.ts';
import { deriveSpans, lockSpans } from '../store/visible-spans.ts';

const EXPIRY_MS = 1_000;
const COMPACTION_MS = 600_000;
const BATCH = 100;

/** How long changes are kept. */
export const KEPT_HOURS = 24;

/** Tells watchers that grants have expired, and forgets old changes. Any number of replicas may do so at once. */
export function startHousekeeping(database: Database<Schema>, log: Logger): AsyncDisposable {
  const tasks = [repeat(EXPIRY_MS, () => expire(database)), repeat(COMPACTION_MS, () => compact(database))];
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(tasks.map((task) => task[Symbol.asyncDispose]()));
    },
  };

  function repeat(ms: number, work: () => Promise<void>): AsyncDisposable {
    let running: Promise<void> | undefined;
    const timer = setInterval(() => {
      running ??= work()
        .catch((error: unknown) => log.debug({ err: error }, 'housekeeping waits'))
        .finally(() => (running = undefined));
    }, ms).unref();
    return {
      async [Symbol.asyncDispose]() {
        clearInterval(timer);
        await running;
      },
    };
  }
}

/** What has expired is out of sight by itself; here it is written down, so that watchers hear of it. */
export async function expire(database: Database<Schema>): Promise<void> {
  const scope = platformScope();
  const expired = await database.within(scope, (tx) =>
    tx
      .selectFrom('visible_spans')
      .select(['tenant', 'component'])
      .distinct()
      .where('expires_at', '<=', sql<Date>`now()`)
      .limit(BATCH)
      .execute(),
  );
  for (const sight of expired) {
    await database.within(platformScope(), async (tx) => {
      await lockSpans(tx, sight);
      await deriveSpans(tx, sight);
    });
  }
}

/** Forgets the changes of more than 24 hours ago, and up to which revision. */
export async function compact(database: Database<Schema>): Promise<void> {
  await database.within(platformScope(), async (tx) => {
    await sql`
      with gone as (
        delete from catalogue_changes where at < now() - make_interval(hours => ${KEPT_HOURS}::int)
          and xid < pg_snapshot_xmin(pg_current_snapshot())
        returning xid
      )
      update catalogue_compaction set through = g.last
      from (select max(xid::text::bigint)::text::xid8 as last from gone) g
      where g.last is not null and g.last > through`.execute(tx);
  });
}

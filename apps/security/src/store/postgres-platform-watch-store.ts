import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { PlatformWatchStore } from './platform-watch-store.ts';
import type { Schema } from './schema.ts';

/** In PostgreSQL. */
export const postgresPlatformWatchStore = (database: Database<Schema>): PlatformWatchStore => ({
  revision: () =>
    database.within(platformScope(), async (tx) => {
      const row = await tx.selectFrom('platform_watch').select('revision').executeTakeFirst();
      return row?.revision;
    }),
  async readTo(revision) {
    await database.within(platformScope(), (tx) =>
      tx
        .insertInto('platform_watch')
        .values({ revision })
        .onConflict((on) =>
          on.column('only_row').doUpdateSet({ revision: sql`greatest(platform_watch.revision, excluded.revision)` }),
        )
        .execute(),
    );
  },
  silenced: () =>
    database.within(platformScope(), async (tx) => {
      const rows = await tx.selectFrom('silenced_services').selectAll().orderBy('service').execute();
      return rows.map(({ service, since, audit_event_id }) => ({ service, since, auditEventId: audit_event_id }));
    }),
  async falls({ service, since, auditEventId: audit_event_id }) {
    await database.within(platformScope(), (tx) =>
      tx
        .insertInto('silenced_services')
        .values({ service, since, audit_event_id })
        .onConflict((on) => on.doNothing())
        .execute(),
    );
  },
  async speaks(service) {
    await database.within(platformScope(), (tx) =>
      tx.deleteFrom('silenced_services').where('service', '=', service).execute(),
    );
  },
});

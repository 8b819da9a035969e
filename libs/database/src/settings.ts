import { duration, integer, secretUrl } from '@weir/config';
import type { z } from 'zod';
import type { PoolOptions } from './pool.ts';

const timeouts = { min: 1, max: 3_600_000 };

/** The settings of a service that keeps state: spread them into its zod object. */
export const databaseSettings = {
  DATABASE_URL: secretUrl('postgresql', 'postgres').describe(
    'The PostgreSQL 15+ database of this service, with a role that owns it and is no superuser.',
  ),
  DATABASE_POOL_SIZE: integer({ min: 2, max: 1000 })
    .default(10)
    .describe(
      'How many connections to the database one process keeps at most; one may be held while events go to audit.',
    ),
  DATABASE_ACQUIRE_TIMEOUT: duration(timeouts)
    .default(5_000)
    .describe('How long work waits for a connection before it is refused with DATABASE_UNAVAILABLE.'),
  DATABASE_STATEMENT_TIMEOUT: duration(timeouts)
    .default(30_000)
    .describe('How long one statement may run; a call with less time left gets less.'),
  DATABASE_IDLE_TRANSACTION_TIMEOUT: duration(timeouts)
    .default(60_000)
    .describe('How long a transaction may sit idle before the database ends it and frees its locks.'),
};

/** What `databaseSettings` parse to. */
export type DatabaseSettings = z.infer<z.ZodObject<typeof databaseSettings>>;

/** The options of `openDatabase` that the settings decide. */
export const databaseOptions = (settings: DatabaseSettings): PoolOptions => ({
  url: settings.DATABASE_URL.reveal(),
  poolSize: settings.DATABASE_POOL_SIZE,
  acquireTimeoutMs: settings.DATABASE_ACQUIRE_TIMEOUT,
  statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT,
  idleTransactionTimeoutMs: settings.DATABASE_IDLE_TRANSACTION_TIMEOUT,
});

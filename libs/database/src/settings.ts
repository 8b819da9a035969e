import { z } from 'zod';
import type { PoolOptions } from './pool.ts';

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).max(3_600_000).default(fallback);

/** The settings of a service that keeps state: spread them into its zod object. */
export const databaseSettings = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('The PostgreSQL 15+ database of this service, with a role that owns it and is no superuser.'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('How many connections one process keeps at most.'),
  DATABASE_ACQUIRE_TIMEOUT_MS: milliseconds(5_000).describe(
    'How long work waits for a connection before it is refused with DATABASE_UNAVAILABLE.',
  ),
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds(30_000).describe(
    'How long one statement may run; a call with less time left gets less.',
  ),
  DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: milliseconds(60_000).describe(
    'How long a transaction may sit idle before the database ends it and frees its locks.',
  ),
};

/** What `databaseSettings` parse to. */
export type DatabaseSettings = z.infer<z.ZodObject<typeof databaseSettings>>;

/** The options of `openDatabase` that the settings decide. */
export const databaseOptions = (settings: DatabaseSettings): PoolOptions => ({
  url: settings.DATABASE_URL,
  poolSize: settings.DATABASE_POOL_SIZE,
  acquireTimeoutMs: settings.DATABASE_ACQUIRE_TIMEOUT_MS,
  statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
  idleTransactionTimeoutMs: settings.DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
});

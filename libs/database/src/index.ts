export type { DatabaseLog } from './availability.ts';
export { openDatabase, type Database, type DatabaseOptions, type RegisterGauge } from './database.ts';
export { isUniqueViolation } from './failures.ts';
export { migrate, MigrationError, migrationsHash } from './migrations.ts';
export type { PoolOptions } from './pool.ts';
export { databaseOptions, databaseSettings, type DatabaseSettings } from './settings.ts';
export type { TransactionOptions, Work } from './transactions.ts';

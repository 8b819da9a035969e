import pg from 'pg';

/** Where the database is and how much of it one process may use. */
export interface PoolOptions {
  /** "postgresql://role:password@host:port/database" */
  readonly url: string;
  readonly poolSize?: number;
  /** How long work waits for a connection, in milliseconds. */
  readonly acquireTimeoutMs?: number;
  /** How long one statement may run, in milliseconds. */
  readonly statementTimeoutMs?: number;
  /** How long an open transaction may sit idle, in milliseconds. */
  readonly idleTransactionTimeoutMs?: number;
  /** The service's name, as `pg_stat_activity` shows it. */
  readonly name?: string;
}

const INT8 = 20;
const DATE = 1082;

/**
 * A bounded pool of connections. `int8` comes out as bigint, as in the contract, and `date` as text, for a day has no
 * time zone. No setting is sent at connect: those that matter are set per transaction, so a pooler in between works.
 */
export function openPool(options: PoolOptions, onLost: (error: Error) => void = () => {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    // One stays open, so that a database that went away is noticed without a call.
    min: 1,
    connectionTimeoutMillis: options.acquireTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1_800,
    keepAlive: true,
    application_name: options.name ? `weir ${options.name}` : 'weir',
    types: { getTypeParser: pick },
  });
  pool.on('error', onLost);
  // Without a listener, a connection that breaks while it is checked out would end the process.
  pool.on('connect', (client) => client.on('error', onLost));
  return pool;
}

const ours = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [DATE, String],
]);

const pick: pg.CustomTypesConfig['getTypeParser'] = (oid: number, format?: 'text' | 'binary'): unknown => {
  if (format === 'binary') return pg.types.getTypeParser(oid, format);
  return ours.get(oid) ?? pg.types.getTypeParser(oid, 'text');
};

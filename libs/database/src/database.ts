import type { Scope } from '@weir/context';
import type { RawBuilder } from 'kysely';
import { watchAvailability, type Availability, type DatabaseLog } from './availability.ts';
import { failureKind, unavailable } from './failures.ts';
import { migrate } from './migrations.ts';
import { oneStatement, type OneStatementOptions } from './one-statement.ts';
import { openPool, type PoolOptions } from './pool.ts';
import { scopedKysely } from './scoped-driver.ts';
import { transactions, type TransactionOptions, type Work } from './transactions.ts';
import { whileLocked, type Locked, type LockedRead } from './while-locked.ts';

/** A service's own database. */
export interface Database<DB> extends AsyncDisposable {
  /**
   * Runs `work` in a transaction that sees the rows of `scope`: the one that code further up the call has open for
   * this very scope, or else a new one, which ends with `work`. Repeated up to three times after a deadlock or a
   * serialization failure. DATABASE_UNAVAILABLE when the database does not answer; CANCELLED or DEADLINE_EXCEEDED
   * when the scope is that of a call that has ended, and then nothing was written.
   */
  within<T>(scope: Scope, work: Work<DB, T>, options?: TransactionOptions): Promise<T>;
  /** The same, for code that holds several store calls together: each of them joins by the same scope. */
  transaction<T>(scope: Scope, work: Work<DB, T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs one statement as a transaction of its own, in one round trip where `within` takes three: for paths where
   * that counts. It joins no open transaction, does not end with a call, and may run again after a conflict.
   */
  once<R>(scope: Scope, statement: RawBuilder<R>, how?: OneStatementOptions): Promise<R[]>;
  /**
   * Tries a lock by its name and runs one statement after it, in one round trip, and holds the lock while `work` runs;
   * with `isMine` false where somebody else has it. The lock ends with `work`, and with the connection: that of a killed
   * process ends with the process, and one whose connection was cut goes on without. What `work` does in the database is
   * not part of the transaction that holds the lock.
   */
  whileLocked<R, T>(scope: Scope, read: LockedRead<R>, work: (locked: Locked<R>) => Promise<T>): Promise<T>;
  /** Why the database cannot be used; undefined when it can. */
  ready(): string | undefined;
}

/** Registers one gauge that is read when metrics are. */
export type RegisterGauge = (name: string, help: string, read: () => number) => void;

/** How a database is opened. */
export interface DatabaseOptions extends PoolOptions {
  /** Directories of NNN-name.sql files, run in this order after the platform's own. */
  readonly migrations: readonly string[];
  readonly log?: DatabaseLog;
  readonly gauge?: RegisterGauge;
}

/**
 * Opens a database and brings its tables up to date. Where it does not answer yet, this resolves all the same and goes
 * on in the background: `ready` tells when it is there.
 */
export async function openDatabase<DB>(options: DatabaseOptions): Promise<Database<DB>> {
  const pool = openPool(options, (error) => availability.lost(error));
  const availability = await watchAvailability({
    prepare: async () => {
      const applied = await migrate(options, options.migrations);
      if (applied.length > 0) options.log?.info({ migrations: applied }, 'migrations applied');
    },
    probe: async () => {
      await pool.query('select 1');
    },
    ...(options.log && { log: options.log }),
  });
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const idleTimeoutMs = options.idleTransactionTimeoutMs ?? 60_000;
  const run = transactions<DB>(scopedKysely(pool), { statementTimeoutMs, idleTimeoutMs });
  const runOne = oneStatement(pool, statementTimeoutMs);
  const runLocked = whileLocked(pool, statementTimeoutMs);
  registerGauges(options, pool);

  const watched = watching(availability);
  const within: Database<DB>['within'] = (scope, work, how) => watched(() => run(scope, work, how));

  return {
    within,
    transaction: within,
    once: (scope, statement, how) => watched(() => runOne(scope, statement, how)),
    whileLocked: (scope, read, work) => watched(() => runLocked(scope, read, work)),
    ready: () => availability.problem(),
    async [Symbol.asyncDispose]() {
      await availability[Symbol.asyncDispose]();
      await pool.end();
    },
  };
}

/** Runs work while the database is there, and notices when it is gone or back. */
const watching =
  (availability: Availability) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    if (!availability.prepared()) throw unavailable();
    try {
      const result = await work();
      if (availability.problem() !== undefined) availability.answered();
      return result;
    } catch (error) {
      if (error instanceof Error && failureKind(error.cause) === 'lost') availability.lost(error.cause);
      throw error;
    }
  };

function registerGauges({ gauge }: DatabaseOptions, pool: ReturnType<typeof openPool>): void {
  gauge?.('weir_database_connections', 'Open connections to the database.', () => pool.totalCount);
  gauge?.('weir_database_connections_idle', 'Open connections that no work uses.', () => pool.idleCount);
  gauge?.('weir_database_connections_awaited', 'Pieces of work that wait for a connection.', () => pool.waitingCount);
}

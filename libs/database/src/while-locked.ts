import type { Scope } from '@weir/context';
import type { RawBuilder } from 'kysely';
import type pg from 'pg';
import { compiled } from './compiled.ts';
import { asWeirError } from './failures.ts';
import { inlined, literalOf } from './literals.ts';
import { beginStatements } from './scoped-driver.ts';
import { tenantOf } from './transactions.ts';

/** What was read once the lock was tried. */
export interface Locked<R> {
  readonly rows: readonly R[];
  /** Whether the lock is held meanwhile; false: somebody else has it. */
  readonly isMine: boolean;
}

/** What to lock and what to read then. */
export interface LockedRead<R> {
  /** "audit outbox": the lock's name in this database. */
  readonly lock: string;
  readonly statement: RawBuilder<R>;
}

// A holder whose machine has vanished keeps its lock no longer than this.
const HELD_MS = 60_000;

/**
 * Tries a lock, reads what is there after it, both in one round trip, and holds the lock while work runs. It is a lock
 * of a transaction, so poolers may lie in between, and of none that writes or keeps a snapshot: it holds up no vacuum.
 */
export const whileLocked =
  (pool: pg.Pool, statementTimeoutMs: number) =>
  async <R, T>(scope: Scope, read: LockedRead<R>, work: (locked: Locked<R>) => Promise<T>): Promise<T> => {
    const text = textOf(scope, read, statementTimeoutMs);
    const client = await pool.connect().catch((error: unknown) => Promise.reject(asWeirError(error) as Error));
    let isWell = false;
    try {
      // One result for each statement, which the types of pg do not know.
      const results = (await client.query(text)) as unknown as readonly pg.QueryResult[];
      const [taken, found] = results.slice(-2);
      const isMine = (taken?.rows[0] as { mine: boolean } | undefined)?.mine ?? false;
      return await work({ isMine, rows: (found?.rows ?? []) as R[] }).finally(async () => {
        await client.query('commit');
        isWell = true;
      });
    } catch (error) {
      // The lock is free for others at once; a connection that is merely closed keeps it until the server has noticed.
      isWell = await rolledBack(client);
      throw asWeirError(error);
    } finally {
      client.release(!isWell);
    }
  };

/** Whether a transaction has ended; where it was over already, nothing happens. */
const rolledBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  );

/** Each statement of a simple query sees what was committed before it: the reading, what came before the lock. */
function textOf<R>(scope: Scope, { lock, statement }: LockedRead<R>, statementTimeoutMs: number): string {
  const { sql, parameters } = compiled(statement);
  return [
    beginStatements({
      tenant: tenantOf(scope),
      isolation: undefined,
      statementTimeoutMs,
      idleTimeoutMs: HELD_MS,
    }),
    `select pg_try_advisory_xact_lock(hashtext(${literalOf(lock)})) as mine`,
    inlined(sql, parameters),
  ].join('; ');
}

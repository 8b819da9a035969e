import { AsyncLocalStorage } from 'node:async_hooks';
import { currentCall, type CallContext, type Scope } from '@weir/context';
import type { ControlledTransaction, Kysely, Transaction } from 'kysely';
import { cancelWithCall, throwIfEnded } from './call-end.ts';
import { repeated } from './repeated.ts';
import { beginnings, type Beginning } from './scoped-driver.ts';

/** Work on one transaction. It may run again after a conflict, so its only lasting effect is in the database. */
export type Work<DB, T> = (tx: Transaction<DB>) => Promise<T>;

/** How a transaction is to run; the default is read committed. */
export interface TransactionOptions {
  readonly isolation?: 'repeatable read' | 'serializable';
}

/** What `transactions` needs to know. */
export interface TransactionLimits {
  readonly statementTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

interface Bound<DB> {
  readonly scope: Scope;
  readonly tx: Transaction<DB>;
  readonly outer: Bound<DB> | undefined;
  open: boolean;
}

/** Runs work in the transaction that its scope is bound to, or in a new one that is bound to it meanwhile. */
export function transactions<DB>(kysely: Kysely<DB>, limits: TransactionLimits) {
  const bounds = new AsyncLocalStorage<Bound<DB>>();

  async function within<T>(scope: Scope, work: Work<DB, T>, options: TransactionOptions = {}): Promise<T> {
    const joined = find(bounds.getStore(), scope);
    if (joined) return work(joined.tx);

    // Work with the call's own scope is the call's and ends with it; other work made meanwhile is not.
    const current = currentCall();
    const call = current?.scope === scope ? current : undefined;
    return repeated(() => once(scope, work, options, call), call);
  }

  async function once<T>(scope: Scope, work: Work<DB, T>, options: TransactionOptions, call?: CallContext): Promise<T> {
    throwIfEnded(call);
    const beginning = begin(scope, options, limits, call);
    const tx = await beginnings.run(beginning, () => kysely.startTransaction().execute());
    const settled = call && beginning.connection && cancelWithCall(call, beginning.connection);
    const bound: Bound<DB> = { scope, tx, outer: bounds.getStore(), open: true };
    try {
      const result = await bounds.run(bound, () => work(tx));
      await settled?.();
      throwIfEnded(call);
      await tx.commit().execute();
      return result;
    } catch (error) {
      await settled?.();
      await rollBack(tx);
      throw error;
    } finally {
      bound.open = false;
    }
  }

  return within;
}

function begin(scope: Scope, options: TransactionOptions, limits: TransactionLimits, call?: CallContext): Beginning {
  const left = call ? Math.max(1, call.deadline - Date.now()) : Infinity;
  return {
    tenant: tenantOf(scope),
    isolation: options.isolation,
    statementTimeoutMs: Math.min(limits.statementTimeoutMs, left),
    idleTimeoutMs: limits.idleTimeoutMs,
  };
}

/** What the database is told of a scope. */
export function tenantOf({ tenant }: Scope): string {
  if (tenant === undefined) return '*';
  // "*" as a tenant's id would see every tenant.
  if (!/^[\w.-]+$/.test(tenant)) throw new TypeError(`not a tenant id: ${JSON.stringify(tenant)}`);
  return tenant;
}

function find<DB>(bound: Bound<DB> | undefined, scope: Scope): Bound<DB> | undefined {
  if (!bound) return undefined;
  return bound.open && bound.scope === scope ? bound : find(bound.outer, scope);
}

async function rollBack<DB>(tx: ControlledTransaction<DB>): Promise<void> {
  try {
    await tx.rollback().execute();
  } catch {
    // The connection is gone and the transaction with it; what matters is the error that led here.
  }
}

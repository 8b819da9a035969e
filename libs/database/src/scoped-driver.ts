import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CompiledQuery,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
} from 'kysely';
import pg from 'pg';

/** How a transaction begins; the driver adds the connection that it got. */
export interface Beginning {
  /** Whose rows it sees: a tenant's id, or "*". */
  readonly tenant: string;
  readonly isolation: 'repeatable read' | 'serializable' | undefined;
  readonly statementTimeoutMs: number;
  readonly idleTimeoutMs: number;
  connection?: DatabaseConnection;
}

/** Hands a Beginning to the driver, which Kysely calls with a connection and nothing else. */
export const beginnings = new AsyncLocalStorage<Beginning>();

/** A Kysely whose transactions begin with their tenant and their time limits set, in one round trip. */
export function scopedKysely<DB>(pool: pg.Pool): Kysely<DB> {
  const dialect: Dialect = {
    createDriver: () => new ScopedDriver({ pool, controlClient: ControlClient }),
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
  return new Kysely<DB>({ dialect });
}

type Connection = Parameters<PostgresDriver['rollbackTransaction']>[0];

class ScopedDriver extends PostgresDriver {
  override async beginTransaction(connection: Connection): Promise<void> {
    const beginning = beginnings.getStore();
    if (!beginning) throw new Error('a transaction begins with database.within(scope, ...)');
    beginning.connection = connection;
    try {
      await connection.executeQuery(CompiledQuery.raw(beginStatements(beginning)));
    } catch (error) {
      // The first statement may have worked; the connection must not go back with a transaction open.
      await this.rollbackTransaction(connection).catch(() => {});
      throw error;
    }
  }
}

/** Cancels a statement from beside; a database that dies meanwhile must not take the process with it. */
class ControlClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}

/** What begins a transaction, with its tenant and its time limits. */
export function beginStatements({ isolation, idleTimeoutMs, ...scope }: Beginning): string {
  const idle = { idle_in_transaction_session_timeout: String(Math.ceil(idleTimeoutMs)) };
  return `${isolation ? `begin isolation level ${isolation}` : 'begin'}; ${setLocal({ ...scopeSettings(scope), ...idle })}`;
}

/** Whose rows the statements of a transaction see, and for how long each of them may run. */
export const scopeSettings = ({ tenant, statementTimeoutMs }: Pick<Beginning, 'tenant' | 'statementTimeoutMs'>) => ({
  'weir.tenant': tenant,
  statement_timeout: String(Math.ceil(statementTimeoutMs)),
});

/** What sets settings until the transaction ends. */
export const setLocal = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `set local ${name} = ${pg.escapeLiteral(value)}`)
    .join('; ');

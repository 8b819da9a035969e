import pg from 'pg';

/** A statement whose parameters travel beside its text, and the settings that hold while it runs. */
export interface ScopedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Runs a statement and the settings before it in one round trip: what is sent before one Sync is one transaction
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING).
 */
export async function runScoped<R>(pool: pg.Pool, statement: ScopedStatement): Promise<R[]> {
  const client = await pool.connect();
  try {
    const rows = await new Promise<R[]>((resolve, reject) => {
      client.query(scopedQuery(statement, (error, result) => (error ? reject(error) : resolve(result.rows as R[]))));
    });
    client.release();
    return rows;
  } catch (error) {
    // As the pool itself does: what state the connection is in is not known.
    client.release(true);
    throw error;
  }
}

type Done = (error: Error | undefined, result: { readonly rows: unknown[] }) => void;

/** What the client of pg calls on its queries; the types of pg leave it out. */
interface Driven {
  submit(connection: Wire): unknown;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
}

interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { text: string }): void;
  bind(message: { values: readonly string[] }): void;
  execute(message: object): void;
}

/** A query of pg that has the settings made before it, and takes no notice of their answer. */
function scopedQuery({ text, values, settings }: ScopedStatement, done: Done): pg.Query {
  const config = { text, values: [...values], queryMode: 'extended' };
  const query = new pg.Query(config, done as never);
  const plain = query as unknown as Driven;
  const { submit, handleDataRow, handleCommandComplete } = plain;
  let isSet = false;
  const scoped: Driven = {
    submit(connection) {
      connection.stream.cork();
      try {
        connection.parse({ text: settingOf(Object.keys(settings).length) });
        connection.bind({ values: Object.entries(settings).flat() });
        connection.execute({});
        return submit.call(query, connection);
      } finally {
        connection.stream.uncork();
      }
    },
    handleDataRow(message) {
      if (isSet) handleDataRow.call(query, message);
    },
    handleCommandComplete(message, connection) {
      if (isSet) handleCommandComplete.call(query, message, connection);
      isSet = true;
    },
  };
  return Object.assign(query, scoped) as pg.Query;
}

/** Sets so many settings until the transaction ends. */
const settingOf = (count: number): string =>
  `select ${Array.from({ length: count }, (_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`).join(', ')}`;

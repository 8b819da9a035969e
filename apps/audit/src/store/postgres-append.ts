import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import {
  keyOf,
  planAppend,
  type AppendedEvent,
  type AppendPlan,
  type Locked,
  type Submission,
} from '../domain/append.ts';
import type { Entry } from '../domain/entry.ts';
import { emptyLog, type LogState } from '../domain/log-state.ts';
import { startGuess, type Guess } from './guesses.ts';
import { joinHashes, joinPartials } from './hashes.ts';
import { knownStates, type KnownStates } from './known-states.ts';
import type { LogStore } from './log-store.ts';
import { appendToKnown } from './postgres-append-known.ts';
import { toState } from './postgres-reads.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Events that one partition of the table covers: 2^23, as the migration says. */
const PARTITION_BITS = 23n;

/** Appends to logs, as LogStore says. */
export function appendInPostgres(database: Database<Schema>): LogStore['startAppend'] {
  const known = knownStates();
  // What the logs will be once the append under way is there: the next one is planned on that meanwhile.
  let expected: ReadonlyMap<string, LogState> = new Map();
  const write = writeInPostgres(database, known, (logs) => {
    expected = new Map(logs.map((state) => [state.tenant, state]));
  });
  const isAsLeft = ({ states }: Guess): boolean => [...states].every(([tenant, state]) => known.of(tenant) === state);

  return (clock) => {
    const submissions: Submission[] = [];
    const gathering = startGuess((tenant) => expected.get(tenant) ?? known.of(tenant), clock);

    /** What was planned meanwhile, unless the append before became another one than expected. */
    function guess(): Guess | undefined {
      const gathered = gathering.finish();
      if (gathered && isAsLeft(gathered)) return gathered;
      const again = startGuess(known.of, clock);
      for (const submission of submissions) again.add(submission);
      return again.finish();
    }

    return {
      add(submission) {
        submissions.push(submission);
        gathering.add(submission);
      },
      write: () => write(submissions.flat(), guess(), (locked) => planAppend(submissions, locked, clock())),
    };
  };
}

type Plan = (locked: Locked) => AppendPlan;

function writeInPostgres(
  database: Database<Schema>,
  known: KnownStates,
  onExpected: (logs: readonly LogState[]) => void,
): (entries: readonly Entry[], guess: Guess | undefined, plan: Plan) => Promise<AppendPlan> {
  const partitions = new Set<bigint>();

  const locked = (entries: readonly Entry[], plan: Plan): Promise<AppendPlan> =>
    database.transaction(platformScope(), async (tx) => {
      const planned = plan(await lockLogs(tx, entries));
      for (const number of partitionsOf(planned.events)) {
        if (!partitions.has(number)) await ensurePartition(tx, number);
      }
      await writeAppend(tx, planned);
      return planned;
    });

  /** Mostly nobody else writes to a log: then its state is what this process left, and one statement is enough. */
  async function guessed({ plan, states }: Guess): Promise<AppendPlan | undefined> {
    if (!partitionsOf(plan.events).every((number) => partitions.has(number))) return undefined;
    onExpected(plan.logs);
    return (await appendToKnown(database, plan, states)) ? plan : undefined;
  }

  return async (entries, guess, plan) => {
    const append = async () => (guess && (await guessed(guess))) ?? (await locked(entries, plan));
    try {
      const written = await append().catch((error: unknown) => {
        // Another replica has dropped a partition that was empty.
        if (!isMissingPartition(error)) throw error;
        partitions.clear();
        return locked(entries, plan);
      });
      for (const number of partitionsOf(written.events)) partitions.add(number);
      known.keep(written.logs);
      return written;
    } catch (error) {
      // What became of it is not known, nor what the database is when it answers again.
      known.forget(tenantsOf(entries));
      throw error;
    } finally {
      onExpected([]);
    }
  };
}

const tenantsOf = (entries: readonly Entry[]): string[] => [...new Set(entries.map(({ tenant }) => tenant))].sort();

// PostgreSQL: check_violation, "no partition of relation found for row".
const isMissingPartition = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23514';

/** Locks the logs of some entries, by name, so that writers of the same logs never wait for each other in a circle. */
export async function lockLogs(tx: Tx, entries: readonly Entry[]): Promise<Locked> {
  const tenants = tenantsOf(entries);
  let logs = await selectLogs(tx, tenants);
  if (logs.size < tenants.length) {
    await tx
      .insertInto('logs')
      .values(tenants.map(emptyRow))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    logs = await selectLogs(tx, tenants);
  }
  // A statement of its own, after the locks are held: it sees all that was committed before.
  return { logs, known: await findKnown(tx, entries) };
}

const emptyRow = (tenant: string) => ({
  tenant,
  size: 0n,
  tail: Buffer.alloc(0),
  upper: Buffer.alloc(0),
  recorded_at: emptyLog(tenant).recordedAt,
});

async function selectLogs(tx: Tx, tenants: readonly string[]): Promise<Map<string, LogState>> {
  const rows = await tx
    .selectFrom('logs')
    .selectAll()
    .where('tenant', 'in', tenants)
    .orderBy('tenant')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.tenant, toState(row)]));
}

async function findKnown(tx: Tx, entries: readonly Entry[]): Promise<Locked['known']> {
  // Lateral with a limit: always one look into the index per id, whatever the statistics say of a new partition.
  const { rows } = await sql<Schema['events']>`
    select found.* from unnest(${entries.map(({ tenant }) => tenant)}::text[], ${entries.map(({ id }) => id)}::uuid[])
      as asked (tenant, id)
    cross join lateral (
      select tenant, index, id, bytes from events where events.tenant = asked.tenant and events.id = asked.id limit 1
    ) as found`.execute(tx);
  return new Map(rows.map(({ tenant, id, index, bytes }) => [keyOf({ tenant, id }), { index, bytes }]));
}

/** Writes what was planned. */
export async function writeAppend(tx: Tx, { events, tiles, logs }: AppendPlan): Promise<void> {
  if (events.length === 0) return;
  await insertEvents(tx, events);
  if (tiles.length > 0) {
    await tx
      .insertInto('tiles')
      .values(tiles.map(({ tenant, level, number, hashes }) => ({ tenant, level, number, hashes: joinHashes(hashes) })))
      .execute();
  }
  await updateLogs(tx, logs);
}

/** The numbers of the table's partitions that events go to. */
export const partitionsOf = (events: readonly AppendedEvent[]): bigint[] => [
  ...new Set(events.map(({ index }) => index >> PARTITION_BITS)),
];

/** Makes sure that a partition is there. */
export const ensurePartition = (tx: Tx, number: bigint): Promise<unknown> =>
  sql`select ensure_events_partition(${number})`.execute(tx);

// The bytes travel as one parameter that the statement cuts up: an array of bytea would be written out in hexadecimal.
async function insertEvents(tx: Tx, events: readonly AppendedEvent[]): Promise<void> {
  let offset = 1;
  const offsets = events.map(({ bytes }) => (offset += bytes.length) - bytes.length);
  await sql`
    insert into events (tenant, index, id, recorded_at, sensitivity, bytes)
    select tenant, index, id, recorded_at, sensitivity,
      substring(${Buffer.concat(events.map(({ bytes }) => bytes))}::bytea from start for length)
    from unnest(
      ${events.map(({ entry }) => entry.tenant)}::text[],
      ${events.map(({ index }) => index)}::bigint[],
      ${events.map(({ entry }) => entry.id)}::uuid[],
      ${events.map(({ recordedAt }) => recordedAt.toISOString())}::timestamptz[],
      ${events.map(({ entry }) => entry.sensitivity)}::smallint[],
      ${offsets}::int[],
      ${events.map(({ bytes }) => bytes.length)}::int[]
    ) as new (tenant, index, id, recorded_at, sensitivity, start, length)`.execute(tx);
}

async function updateLogs(tx: Tx, logs: readonly LogState[]): Promise<void> {
  const columns = logs.map(joinPartials);
  await sql`
    update logs set
      size = new.size,
      tail = new.tail,
      -- Assigning the old value keeps it where it is stored; the same bytes anew would be written again.
      upper = case when logs.upper = new.upper then logs.upper else new.upper end,
      recorded_at = new.recorded_at
    from unnest(
      ${logs.map(({ tenant }) => tenant)}::text[],
      ${logs.map(({ size }) => size)}::bigint[],
      ${columns.map(({ tail }) => tail)}::bytea[],
      ${columns.map(({ upper }) => upper)}::bytea[],
      ${logs.map(({ recordedAt }) => recordedAt.toISOString())}::timestamptz[]
    ) as new (tenant, size, tail, upper, recorded_at)
    where logs.tenant = new.tenant`.execute(tx);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { SuspendTenantResponse } from '@weir/contracts/registry';
import { openDatabase, type Database } from '@weir/database';
import { testDatabase, type TestDatabase } from '@weir/database/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { startJournal, type AuditJournal } from './journal.ts';
import { outboxMigrations, type OutboxTables } from './schema.ts';
import { suspendCall } from './testing/suspend-call.ts';

const log = pino({ level: 'silent' });
const migrations = [outboxMigrations];

describe('replicas of a service that share an outbox', () => {
  let test: TestDatabase<OutboxTables>;
  let stack: AsyncDisposableStack;
  let delivered: Event[];

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    test = stack.use(await testDatabase<OutboxTables>({ migrations }));
    delivered = [];
  });
  afterEach(() => stack.disposeAsync());

  async function replica(deliver: (events: Event[]) => Promise<void>): Promise<AuditJournal> {
    const database = stack.use(await openDatabase<OutboxTables>({ url: test.url, migrations, poolSize: 3 }));
    return stack.use(startJournal({ service: 'registry', database, deliver, log, limit: 10_000 }));
  }
  const take = (events: Event[]): Promise<void> => Promise.resolve(void delivered.push(...events));
  const delivers = (name: string): boolean => delivered.some(({ resource }) => resource === name);

  it('deliver each event once, one replica at a time, and those of a replica in their order', async () => {
    let delivering = 0;
    let together = 0;
    const deliver = async (events: Event[]): Promise<void> => {
      together = Math.max(together, ++delivering);
      await wait(5);
      delivering -= 1;
      await take(events);
    };
    const replicas = await Promise.all([1, 2, 3].map(() => replica(deliver)));

    await Promise.all(replicas.map((journal, at) => change(journal, namesOf(at))));
    await until(() => delivered.length >= 300);
    await until(async () => (await waiting(test.database)) === 0);

    expect(together).toBe(1);
    expect(new Set(delivered.map(({ id }) => id)).size).toBe(300);
    expect(delivered).toHaveLength(300);
    for (const at of replicas.keys()) {
      const own = delivered.filter(({ resource }) => resource.startsWith(`tenants/r${at}-`));
      expect(own.map(({ resource }) => resource)).toEqual(namesOf(at));
    }
  });

  it('count what another one has delivered for them as delivered', async () => {
    const gate = gated();
    const first = await replica(() => gate.pass());
    await change(first, ['tenants/held']);
    await gate.reached;
    const second = await replica(take);

    await change(second, ['tenants/a', 'tenants/b']);
    // A look does not see what a transaction of anybody else on this server still holds back.
    await until(() => second.backlog() >= 2);
    gate.open();

    await until(async () => (await waiting(test.database)) === 0);
    await until(() => second.backlog() === 0 && first.backlog() === 0);
  });

  it('lose nothing when the one that delivers is killed: another goes on', async () => {
    const script = join(import.meta.dirname, 'testing/stuck-replica.ts');
    const stuck = spawn(process.execPath, [script, test.url], { stdio: ['ignore', 'pipe', 'inherit'] });
    stack.defer(() => void stuck.kill('SIGKILL'));
    await once(stuck.stdout, 'data');
    const other = await replica(take);
    await change(other, ['tenants/second']);
    expect(delivered).toEqual([]);

    stuck.kill('SIGKILL');

    await until(() => delivers('tenants/second'));
    expect(delivered.map(({ resource }) => resource)).toEqual(['tenants/first', 'tenants/second']);
  });

  it('lose nothing and keep the order when the connection that holds the turn is cut', async () => {
    const gate = gated();
    const first = await replica(async (events) => {
      await gate.pass();
      await take(events);
    });
    await change(first, ['tenants/a', 'tenants/b']);
    await gate.reached;
    const second = await replica(take);

    const cut = await turnHolder(test.database);
    await test.database.once(platformScope(), sql`select pg_terminate_backend(${cut}::int)`);
    await until(() => delivers('tenants/b'));
    await change(second, ['tenants/c']);
    gate.open();

    await until(() => delivers('tenants/c'));
    await until(async () => (await waiting(test.database)) === 0);
    const arrivals = [...new Set(delivered.map(({ resource }) => resource))];
    expect(arrivals).toEqual(['tenants/a', 'tenants/b', 'tenants/c']);
  });
});

const namesOf = (at: number): string[] => Array.from({ length: 100 }, (_, index) => `tenants/r${at}-${index}`);

/** Changes one after the other, each with its event. */
async function change(journal: AuditJournal, names: readonly string[]): Promise<void> {
  for (const name of names)
    await journal.transaction(suspendCall({ name }), () => Promise.resolve(SuspendTenantResponse.fromPartial({})));
}

async function waiting(database: Database<OutboxTables>): Promise<number> {
  const [row] = await database.once(
    platformScope(),
    sql<{ waiting: bigint }>`select count(*) as waiting from audit_outbox`,
  );
  return Number(row?.waiting);
}

/** The backend whose relay has its turn. */
async function turnHolder(database: Database<OutboxTables>): Promise<number | undefined> {
  const holders = sql<{ pid: number }>`
    select pid from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`;
  return (await database.once(platformScope(), holders))[0]?.pid;
}

/** Where a delivery waits until it is let through. */
function gated() {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const pass = (): Promise<void> => {
    reached.resolve();
    return opened.promise;
  };
  return { reached: reached.promise, pass, open: opened.resolve };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}

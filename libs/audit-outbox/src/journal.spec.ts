import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import { Outcome, type Event } from '@weir/contracts/audit';
import { SuspendTenantResponse } from '@weir/contracts/registry';
import { testDatabase, type TestDatabase } from '@weir/database/testing';
import { reason } from '@weir/errors';
import { sql } from 'kysely';
import pino from 'pino';
import { Registry } from 'prom-client';
import { startJournal, type AuditJournal } from './journal.ts';
import { outboxMigrations, type OutboxTables } from './schema.ts';
import { suspendCall } from './testing/suspend-call.ts';

const log = pino({ level: 'silent' });
const answer = SuspendTenantResponse.fromPartial({ tenant: { name: 'tenants/acme', etag: '2' } });

describe('the journal of a service', () => {
  let test: TestDatabase<OutboxTables>;
  let journal: AuditJournal;
  let delivered: Event[];
  let audit: (events: Event[]) => Promise<void>;

  const start = (limit = 1000): AuditJournal =>
    startJournal({ service: 'registry', database: test.database, deliver: (events) => audit(events), log, limit });

  const outbox = (): Promise<number> =>
    test.database.within(platformScope(), async (tx) => {
      const rows = await tx.selectFrom('audit_outbox').select('id').execute();
      return rows.length;
    });

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries += 1) {
      if (tries > 3_000) throw new Error('it never came to hold');
      await wait(10);
    }
  }

  beforeEach(async () => {
    test = await testDatabase<OutboxTables>({ migrations: [outboxMigrations] });
    delivered = [];
    audit = (events) => {
      delivered.push(...events);
      return Promise.resolve();
    };
    journal = start();
  });

  afterEach(async () => {
    await journal[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  it('delivers the event of a committed change, and empties the outbox', async () => {
    await journal.transaction(suspendCall(), () => Promise.resolve(answer));

    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({
      tenant: 'tenants/platform',
      service: 'registry',
      type: 'suspend_tenant',
      method: 'weir.registry.v1.TenantService/SuspendTenant',
      resource: 'tenants/acme',
      outcome: Outcome.SUCCEEDED,
    });
    await until(async () => (await outbox()) === 0);
  });

  it('leaves no event of a change that rolls back', async () => {
    const refused = journal.transaction(suspendCall(), () => Promise.reject(new Error('no')));

    await expect(refused).rejects.toThrow('no');
    expect(await outbox()).toBe(0);
  });

  it('delivers an event that was taken, once whoever took it has committed it', async () => {
    const event = journal.eventSource(suspendCall()).take();
    await test.database.once(platformScope(), sql`insert into audit_outbox (event) values (${event?.bytes})`);
    event?.committed();

    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ resource: 'tenants/acme', outcome: Outcome.SUCCEEDED });
  });

  it('records refusals with their reason', async () => {
    await journal.record(suspendCall(), reason('TOKEN_MISSING'));

    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ outcome: Outcome.REFUSED, errorReason: 'TOKEN_MISSING' });
  });

  it('records a refused request whose text no database can hold', async () => {
    await journal.record(suspendCall({ name: 'tenants/a\0b' }), reason('INVALID_ARGUMENT', { fields: 'name: a\0b' }));

    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ resource: 'tenants/a\ufffdb', details: { fields: 'name: a\ufffdb' } });
  });

  it('answers a repeated request_id with the first answer, and changes nothing', async () => {
    const requestId = randomUUID();
    let changes = 0;
    const change = () => Promise.resolve(SuspendTenantResponse.fromPartial({ tenant: { etag: String(++changes) } }));

    const first = await journal.transaction(suspendCall({ requestId }), change);
    const second = await journal.transaction(suspendCall({ requestId }), change);

    expect(second).toEqual(first);
    expect(changes).toBe(1);
  });

  it('runs a request once although two copies of it arrive at the same time', async () => {
    const requestId = randomUUID();
    let changes = 0;
    const change = async () => {
      changes += 1;
      await wait(50);
      return answer;
    };

    const both = await Promise.all([1, 2].map(() => journal.transaction(suspendCall({ requestId }), change)));

    expect(both).toEqual([answer, answer]);
    expect(changes).toBe(1);
  });

  it('refuses a request_id that was used for a different request', async () => {
    const requestId = randomUUID();
    await journal.transaction(suspendCall({ requestId }), () => Promise.resolve(answer));

    const other = journal.transaction(suspendCall({ requestId, reason: 'fraud' }), () => Promise.resolve(answer));

    await expect(other).rejects.toMatchObject({ reason: 'REQUEST_ID_REUSED' });
  });

  it('lets a failed request be tried again under its request_id', async () => {
    const requestId = randomUUID();
    const failed = journal.transaction(suspendCall({ requestId }), () => Promise.reject(new Error('broken')));
    await expect(failed).rejects.toThrow('broken');

    expect(await journal.transaction(suspendCall({ requestId }), () => Promise.resolve(answer))).toEqual(answer);
  });

  it('keeps events while audit is down, and delivers them in order when it is back', async () => {
    const up = audit;
    audit = () => Promise.reject(reason('DEPENDENCY_UNAVAILABLE', { dependency: 'audit' }));
    const names = Array.from({ length: 20 }, (_, index) => `tenants/t-${index}`);
    for (const name of names) await journal.transaction(suspendCall({ name }), () => Promise.resolve(answer));
    expect(await outbox()).toBe(20);

    audit = up;

    await until(() => delivered.length === 20);
    expect(delivered.map(({ resource }) => resource)).toEqual(names);
  });

  it('sets an event aside that audit never accepts, and delivers the others', async () => {
    const up = audit;
    audit = (events) =>
      events.some(({ resource }) => resource === 'tenants/bad')
        ? Promise.reject(reason('INVALID_ARGUMENT'))
        : up(events);

    for (const name of ['tenants/a-1', 'tenants/bad', 'tenants/a-2'])
      await journal.record(suspendCall({ name }), undefined);

    await until(() => delivered.length === 2);
    await until(async () => (await outbox()) === 0);
    expect(delivered.map(({ resource }) => resource)).toEqual(['tenants/a-1', 'tenants/a-2']);
    const aside = await test.database.within(platformScope(), (tx) =>
      tx.selectFrom('audit_outbox_refused').select('problem').execute(),
    );
    expect(aside).toHaveLength(1);
  });

  it('refuses new work, but still answers refusals, while the backlog is full', async () => {
    audit = () => Promise.reject(reason('DEPENDENCY_UNAVAILABLE', { dependency: 'audit' }));
    await journal[Symbol.asyncDispose]();
    journal = start(3);
    for (let index = 0; index < 3; index += 1) await journal.record(suspendCall(), reason('TOKEN_MISSING'));
    await until(() => journal.ready() !== undefined);

    const change = journal.transaction(suspendCall(), () => Promise.resolve(answer));

    await expect(change).rejects.toMatchObject({ reason: 'AUDIT_BACKLOG_FULL', details: { retryAfterMs: 1000 } });
    await expect(journal.record(suspendCall(), undefined)).rejects.toMatchObject({ reason: 'AUDIT_BACKLOG_FULL' });
    expect(() => journal.eventSource(suspendCall()).take()).toThrow(/backlog is full/);
    await journal.record(suspendCall(), reason('TOKEN_MISSING'));
  });

  it('counts what waits at once, also while a delivery hangs, and shows it', async () => {
    await journal[Symbol.asyncDispose]();
    const metrics = new Registry();
    const hanging = Promise.withResolvers<void>();
    const { database } = test;
    journal = startJournal({ service: 'registry', database, deliver: () => hanging.promise, log, limit: 3, metrics });
    await journal.transaction(suspendCall(), () => Promise.resolve(answer));
    await until(async () => /weir_audit_outbox_oldest_age_seconds \d*\.\d+/.test(await metrics.metrics()));

    // One that a look sees before its writer has told of it counts twice until the next look.
    for (let more = 0; more < 2 && journal.ready() === undefined; more += 1)
      await journal.record(suspendCall(), undefined);

    const backlog = journal.backlog();
    expect(backlog).toBeGreaterThanOrEqual(3);
    expect(journal.ready()).toBe(`${backlog} audit events wait for delivery, the limit is 3`);
    await expect(journal.record(suspendCall(), undefined)).rejects.toMatchObject({ reason: 'AUDIT_BACKLOG_FULL' });
    expect(await metrics.metrics()).toContain(`weir_audit_outbox_events ${backlog}`);
    expect(await metrics.metrics()).toContain('weir_audit_outbox_refused 0');
    hanging.resolve();
    await until(() => journal.ready() === undefined);
  });
});

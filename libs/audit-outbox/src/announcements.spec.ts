import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { SuspendTenantResponse } from '@weir/contracts/registry';
import { testDatabase, type TestDatabase } from '@weir/database/testing';
import { reason } from '@weir/errors';
import pino from 'pino';
import { startJournal, type AuditJournal } from './journal.ts';
import { outboxMigrations, type OutboxTables } from './schema.ts';
import { suspendCall } from './testing/suspend-call.ts';

const log = pino({ level: 'silent' });
const answer = SuspendTenantResponse.fromPartial({ tenant: { name: 'tenants/acme', etag: '2' } });

describe('the journal of a service', () => {
  let test: TestDatabase<OutboxTables>;
  let journal: AuditJournal;
  let delivered: Event[];

  const start = (logging = true): AuditJournal =>
    startJournal({ service: 'registry', database: test.database, deliver, log, limit: 1_000, logging });
  const deliver = (events: Event[]): Promise<void> => {
    delivered.push(...events);
    return Promise.resolve();
  };
  const waiting = (): Promise<number> =>
    test.database.within(platformScope(), async (tx) => {
      const rows = await tx.selectFrom('audit_outbox').select('id').execute();
      return rows.length;
    });
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await wait(10);
  }

  beforeEach(async () => {
    test = await testDatabase<OutboxTables>({ migrations: [outboxMigrations] });
    delivered = [];
  });
  afterEach(async () => {
    await journal[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  it('that is off leaves one event, which says so', async () => {
    journal = start(false);

    expect(await journal.transaction(suspendCall(), () => Promise.resolve(answer))).toEqual(answer);
    await journal.record(suspendCall(), reason('TOKEN_MISSING'));
    expect(journal.eventSource(suspendCall()).take()).toBeUndefined();
    await until(async () => delivered.length > 0 && (await waiting()) === 0);

    expect(delivered.map(({ type }) => type)).toEqual(['audit_logging_off']);
  });

  it('that is on again says so once', async () => {
    journal = start(false);
    await until(() => delivered.length === 1);
    for (let starts = 0; starts < 2; starts += 1) {
      await journal[Symbol.asyncDispose]();
      journal = start();
      await until(() => delivered.length === 2);
    }
    await journal.record(suspendCall(), reason('TOKEN_MISSING'));
    await until(() => delivered.length === 3);

    expect(delivered.map(({ type }) => type)).toEqual(['audit_logging_off', 'audit_logging_on', 'suspend_tenant']);
  });

  it('tells the log of the platform who reached for another tenant, and of logs that do not verify', async () => {
    journal = start();
    const own = { ...suspendCall(), scope: { tenant: 'acme' } } as ReturnType<typeof suspendCall>;
    await journal.record(own, reason('FOREIGN_TENANT', { principal: 'someone', tenant: 'tenants/globex' }));
    const verified = { ...own, auditFields: { flags: ['log_inconsistent'] } } as ReturnType<typeof suspendCall>;
    await journal.record(verified, undefined);

    await until(() => delivered.length === 4);
    const [tried, found] = delivered.filter(({ tenant }) => tenant === 'tenants/acme');
    expect(delivered.filter(({ tenant }) => tenant === 'tenants/platform')).toMatchObject([
      {
        type: 'foreign_tenant_refused',
        resource: 'tenants/globex',
        errorReason: 'FOREIGN_TENANT',
        details: { log: 'tenants/acme', event: tried?.id },
      },
      { type: 'audit_log_inconsistent', resource: 'tenants/acme', details: { event: found?.id } },
    ]);
  });
});

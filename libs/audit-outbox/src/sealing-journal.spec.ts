import { setTimeout as wait } from 'node:timers/promises';
import { platformScope, tenantScope } from '@weir/context';
import { Outcome, type Event } from '@weir/contracts/audit';
import { SuspendTenantResponse } from '@weir/contracts/registry';
import { testDatabase } from '@weir/database/testing';
import { reason } from '@weir/errors';
import pino from 'pino';
import { startJournal } from './journal.ts';
import { outboxMigrations, type OutboxTables } from './schema.ts';
import { suspendCall } from './testing/suspend-call.ts';

/** A call that leaves a reason, which its rule calls personal. */
function personalCall() {
  const call = suspendCall();
  const rule = { ...call.info.rule, personal: [{ detail: 'reason', subjectFields: ['name'] }] };
  const auditFields = { details: { reason: 'Ann' } };
  return { ...call, info: { ...call.info, rule }, scope: tenantScope('acme'), auditFields };
}

const down = () => reason('DEPENDENCY_UNAVAILABLE', { dependency: 'security' });

describe('the journal of a service, while security cannot seal', () => {
  it('makes no change that leaves personal details, and leaves them out of the event of what failed', async () => {
    await using test = await testDatabase<OutboxTables>({ migrations: [outboxMigrations] });
    const delivered: Event[] = [];
    await using journal = startJournal({
      service: 'registry',
      database: test.database,
      deliver: (events) => Promise.resolve(void delivered.push(...events)),
      seal: () => Promise.reject(down()),
      log: pino({ level: 'silent' }),
      limit: 1_000,
    });
    const call = personalCall();
    const change = journal.transaction(call, async () => {
      await test.database.within(call.scope, (tx) =>
        tx
          .insertInto('audit_outbox')
          .values({ event: Buffer.from('a change') })
          .execute(),
      );
      return SuspendTenantResponse.create();
    });
    await expect(change).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    const rows = await test.database.within(platformScope(), (tx) =>
      tx.selectFrom('audit_outbox').selectAll().execute(),
    );
    expect(rows).toEqual([]);

    await expect(journal.record(call, undefined)).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    const taking = journal.eventSource(call);
    await expect(taking.takeSealed()).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    expect(() => taking.take()).toThrow('what may have to be sealed is not taken');
    await journal.record(call, down());
    for (let tries = 0; delivered.length === 0 && tries < 3_000; tries += 1) await wait(10);
    expect(delivered).toMatchObject([{ complianceFlags: ['personal_details_withheld'], outcome: Outcome.FAILED }]);
    expect(JSON.stringify(delivered[0]?.details)).not.toContain('Ann');
  });
});

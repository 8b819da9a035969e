import { platformScope } from '@weir/context';
import { sql } from 'kysely';
import { admin, freshTenant, startTestAudit, type TestAudit } from '../testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
  const tenant = freshTenant();
  await audit.record(tenant, 700);
  await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

describe('the service role', () => {
  const refusedAs = (statement: string) =>
    audit.database.database
      .within(platformScope(), (tx) => sql.raw(statement).execute(tx))
      .then(
        () => 'done',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );

  it.each([
    `update events set bytes = ''`,
    'delete from events',
    'delete from events_0',
    'truncate events',
    'truncate events_0',
    `update tiles set hashes = ''`,
    'delete from tiles',
    'truncate tiles',
    `update checkpoints set note = ''`,
    'delete from checkpoints',
    'delete from logs',
    'truncate logs',
    `update logs set tail = ''`,
    'update logs set size = size - 1',
  ])('cannot run: %s', async (statement) => {
    expect(await refusedAs(statement)).toMatch(/append-only|only grows|permission denied/);
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { verifierOf } from '@weir/merkle';
import {
  outboxMigrations,
  seenCheckpointMigrations,
  watchLogs,
  type LogWatch,
  type OutboxTables,
} from '@weir/audit-outbox';
import { platformScope } from '@weir/context';
import { Event } from '@weir/contracts/audit';
import { testDatabase, type TestDatabase } from '@weir/testing';
import pino from 'pino';
import { Registry } from 'prom-client';
import { freshTenant, sampleEvent, service, startTestAudit, type TestAudit } from './testing/start-audit.ts';
import { backupOf, flipped, forgeTree, superuser, type Superuser } from './testing/superuser.ts';

let audit: TestAudit;
let root: Superuser;
let memory: TestDatabase<OutboxTables>;
beforeAll(async () => {
  audit = await startTestAudit();
  root = await superuser(audit.database.url);
  memory = await testDatabase<OutboxTables>({ migrations: [outboxMigrations, seenCheckpointMigrations] });
}, 60_000);
afterAll(async () => {
  await memory[Symbol.asyncDispose]();
  await root[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

/** The deployment service's memory; the audit service it asks may be another process than the one that signed. */
function watch(asked: TestAudit = audit, keys: readonly string[] = []): LogWatch & { metrics: Registry } {
  const metrics = new Registry();
  const settings = { AUDIT_CHECKPOINT_INTERVAL: 3_600_000, AUDIT_LOG_KEYS: keys };
  const { database } = memory;
  const log = pino({ level: 'silent' });
  const client = asked.as(service('deployment'));
  return {
    ...watchLogs({ service: 'deployment', database, audit: client, settings, log, metrics }),
    metrics,
  };
}

async function rememberedLog(size: number): Promise<string> {
  const tenant = freshTenant();
  await audit.record(tenant, size);
  await using logs = watch();
  expect(await logs.look(tenant)).toMatchObject({ size: BigInt(size), problem: undefined });
  return tenant;
}

const waitingEvents = (): Promise<Event[]> =>
  memory.database.within(platformScope(), async (tx) => {
    const rows = await tx.selectFrom('audit_outbox').select('event').orderBy('id').execute();
    return rows.map(({ event }) => Event.decode(event));
  });

describe('a service that remembers the heads of logs', () => {
  it('goes along with a log that grows', async () => {
    const tenant = await rememberedLog(300);
    await audit.record(tenant, 500);
    await using logs = watch();

    expect(await logs.look(tenant)).toMatchObject({ size: 800n, problem: undefined });
  });

  it('refuses a log that was cut off, names the first bad index and keeps what it knew', async () => {
    const tenant = await rememberedLog(700);
    await root.run('delete from events where tenant = $1 and index >= 600', [tenant]);
    await forgeTree(root, tenant);
    await root.run('delete from checkpoints where tenant = $1', [tenant]);
    await using restarted = await startTestAudit({ sharing: audit });
    await using logs = watch(restarted);

    expect(await logs.look(tenant)).toMatchObject({
      size: 700n,
      problem: 'the log had 700 events and has 600',
      firstBadIndex: 600n,
    });
    expect(await waitingEvents()).toContainEqual(
      expect.objectContaining({
        type: 'audit_checkpoint_refused',
        service: 'deployment',
        resource: `tenants/${tenant}`,
        details: expect.objectContaining({ remembered_size: '700', first_bad_index: '600' }),
      }),
    );
  });

  it('refuses an old backup that was restored and went on', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 400);
    const restore = await backupOf(root, tenant);
    await audit.record(tenant, 300);
    await using before = watch();
    await before.look(tenant);

    await restore();
    await using restarted = await startTestAudit({ sharing: audit });
    const events = Array.from({ length: 500 }, () => sampleEvent({ tenant: `tenants/${tenant}` }));
    await restarted.as(service('agent')).recordEvents({ events });
    await using logs = watch(restarted);

    expect(await logs.look(tenant)).toMatchObject({
      size: 700n,
      problem: 'the log of size 900 does not continue that of size 700',
      firstBadIndex: expect.any(BigInt),
    });
    expect(await logs.metrics.metrics()).toMatch(/weir_audit_logs_refused [1-9]/);
  });

  it('refuses a log whose history was rewritten to the same size', async () => {
    const tenant = await rememberedLog(300);
    await root.run(`update events set bytes = ${flipped('bytes', 89)} where tenant = $1`, [tenant]);
    await forgeTree(root, tenant);
    await root.run('delete from checkpoints where tenant = $1', [tenant]);
    await using restarted = await startTestAudit({ sharing: audit });
    await using logs = watch(restarted);

    expect(await logs.look(tenant)).toMatchObject({ problem: 'the log of size 300 has another root than it had' });
  });

  it('takes the log back once it is what it was', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 100);
    const old = await backupOf(root, tenant);
    await audit.record(tenant, 100);
    const whole = await backupOf(root, tenant);
    await using before = watch();
    await before.look(tenant);
    await old();
    await using rolledBack = await startTestAudit({ sharing: audit });
    await using during = watch(rolledBack);
    expect(await during.look(tenant)).toMatchObject({ problem: 'the log had 200 events and has 100' });

    await whole();
    const found = await during.look(tenant);
    expect(found?.problem).toBeUndefined();
    // What was asked for when the log did not fit is an event of its own, which may have come by now.
    expect(found?.size).toBeGreaterThanOrEqual(200n);
  });

  it('accepts no head but of the keys that its operator gave', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 1);
    const stranger = verifierOf('weir.example/tenants/x', generateKeyPairSync('ed25519').publicKey);
    await using logs = watch(audit, [stranger.verifierKey]);

    await expect(logs.look(tenant)).resolves.toBeUndefined();
  });
});

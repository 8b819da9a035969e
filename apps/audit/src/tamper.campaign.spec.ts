import { logVerdict } from '@weir/client';
import { outboxMigrations, seenCheckpointMigrations, watchLogs, type OutboxTables } from '@weir/audit-outbox';
import { FaultReason } from '@weir/contracts/audit';
import { testDatabase, type TestDatabase } from '@weir/testing';
import fc from 'fast-check';
import pino from 'pino';
import { Registry } from 'prom-client';
import { admin, freshTenant, service, startTestAudit, type TestAudit } from './testing/start-audit.ts';
import { backupOf, flipped, forgeTree, superuser, type Superuser } from './testing/superuser.ts';

const SEED = 20261126;
const CASES = 60;
const KINDS = ['edit', 'column', 'hash', 'delete', 'reorder', 'swap', 'truncate', 'restore'] as const;

/** What is done to a log of `size` events, at `index`; `cover` makes the tree fit and removes the stored heads. */
const tampering = fc
  .record({ kind: fc.constantFrom(...KINDS), size: fc.integer({ min: 3, max: 900 }), cover: fc.boolean() })
  .chain((one) => fc.integer({ min: 0, max: one.size - 2 }).map((index) => ({ ...one, index })));

interface Tampering {
  readonly kind: (typeof KINDS)[number];
  readonly size: number;
  readonly index: number;
  readonly cover: boolean;
}

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

/** What another service finds that remembers the head of a log; the audit service it asks is a process of its own. */
async function remembered(asked: TestAudit, tenant: string): Promise<string | undefined> {
  await using logs = watchLogs({
    service: 'deployment',
    database: memory.database,
    audit: asked.as(service('deployment')),
    settings: { AUDIT_CHECKPOINT_INTERVAL: 3_600_000, AUDIT_LOG_KEYS: [] },
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
  });
  return (await logs.look(tenant))?.problem;
}

const at = (tenant: string, index: number) => [tenant, index] as const;

/** Does it, as the database's superuser. */
const doIt: Record<(typeof KINDS)[number], (tenant: string, index: number) => Promise<unknown>> = {
  edit: (tenant, index) =>
    root.run(`update events set bytes = ${flipped('bytes', 89)} where tenant = $1 and index = $2`, at(tenant, index)),
  column: (tenant, index) =>
    root.run('update events set sensitivity = 1 where tenant = $1 and index = $2', at(tenant, index)),
  hash: async (tenant, index) => {
    const place = (index % 256) * 32;
    await root.run(
      `update tiles set hashes = ${flipped('hashes', place)} where tenant = $1 and level = 0 and number = $2`,
      [tenant, Math.floor(index / 256)],
    );
    await root.run(`update logs set tail = ${flipped('tail', place)} where tenant = $1 and size / 256 = $2`, [
      tenant,
      Math.floor(index / 256),
    ]);
  },
  delete: (tenant, index) => root.run('delete from events where tenant = $1 and index = $2', at(tenant, index)),
  async reorder(tenant, index) {
    for (const [from, to] of [
      [index, 10_000],
      [index + 1, index],
      [10_000, index + 1],
    ] as const) {
      await root.run('update events set index = $3 where tenant = $1 and index = $2', [tenant, from, to]);
    }
  },
  async swap(tenant, index) {
    const other = freshTenant();
    await audit.record(other, index + 1);
    await root.run(
      `update events set bytes = theirs.bytes, id = theirs.id from events as theirs
       where events.tenant = $1 and events.index = $2 and theirs.tenant = $3 and theirs.index = $2`,
      [tenant, index, other],
    );
  },
  async truncate(tenant, index) {
    await root.run('delete from events where tenant = $1 and index >= $2', at(tenant, index));
    await forgeTree(root, tenant);
  },
  restore: () => Promise.resolve(),
};

/** Which faults VerifyLog may name where the tree was not made to fit. */
const FAULTS: Record<(typeof KINDS)[number], readonly FaultReason[]> = {
  edit: [FaultReason.LEAF_MISMATCH],
  column: [FaultReason.RECORD_MISMATCH],
  hash: [FaultReason.LEAF_MISMATCH],
  delete: [FaultReason.EVENT_MISSING],
  reorder: [FaultReason.LEAF_MISMATCH],
  swap: [FaultReason.TENANT_MISMATCH],
  truncate: [FaultReason.TRUNCATED],
  restore: [FaultReason.TRUNCATED],
};

/** These a rewritten tree does not commit to, or there is nothing left of them in it. */
const isPlain = (kind: (typeof KINDS)[number]): boolean => kind === 'column' || kind === 'hash' || kind === 'swap';

async function check({ kind, size, index, cover }: Tampering): Promise<void> {
  const tenant = freshTenant();
  const restore = await prepared(tenant, kind === 'restore' ? index + 1 : size);
  if (kind === 'restore') await audit.record(tenant, size - index - 1);
  const { checkpoint } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
  expect(await remembered(audit, tenant)).toBeUndefined();

  await (kind === 'restore' ? restore() : doIt[kind](tenant, index));
  const isCovered = cover && !isPlain(kind);
  if (isCovered) {
    if (kind !== 'restore' && kind !== 'truncate') await forgeTree(root, tenant);
    await root.run('delete from checkpoints where tenant = $1', [tenant]);
  }

  const known = { tenant: `tenants/${tenant}`, knownCheckpoints: [checkpoint?.note ?? ''] };
  const { verdict } = await logVerdict(audit.as(admin).verifyLog(known));
  if (verdict.$case !== 'inconsistent') throw new Error('VerifyLog found nothing');
  const { reason, firstBadIndex } = verdict.value;
  const left = kind === 'restore' ? index + 1 : index;
  if (!isCovered || kind === 'truncate' || kind === 'restore') {
    expect([FAULTS[kind].includes(reason), firstBadIndex]).toEqual([true, BigInt(left)]);
  } else {
    // Only the kept head tells, so the first index that nothing vouches for is the first of all, or the missing one.
    expect(firstBadIndex).toBeLessThanOrEqual(BigInt(kind === 'delete' ? size - 1 : index));
  }
  if (!isCovered) return;
  await using restarted = await startTestAudit({ sharing: audit });
  expect(await remembered(restarted, tenant)).toMatch(/has another root|does not continue|had \d+ events and has/);
}

async function prepared(tenant: string, size: number): Promise<() => Promise<void>> {
  await audit.record(tenant, size);
  return backupOf(root, tenant);
}

describe('whatever a superuser does to a log, at random places', () => {
  it(
    'is found, with the first bad index, and what fits in itself by those who remember',
    () => fc.assert(fc.asyncProperty(tampering, check), { seed: SEED, numRuns: CASES, endOnFailure: true }),
    170_000,
  );
});

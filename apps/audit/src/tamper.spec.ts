import { logVerdict } from '@weir/client';
import { FaultReason, type InconsistentLog } from '@weir/contracts/audit';
import { isReason } from '@weir/errors';
import { admin, sampleEvent, service, startTestAudit, type TestAudit } from './testing/start-audit.ts';
import { backupOf, flipped, forgeTree, superuser, type Superuser } from './testing/superuser.ts';

let audit: TestAudit;
let root: Superuser;
beforeAll(async () => {
  audit = await startTestAudit();
  root = await superuser(audit.database.url);
}, 60_000);
afterAll(async () => {
  await root[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

const SIZE = 700;
let number = 0;

/** A log of 700 events: two whole tiles and the beginning of a third. */
async function freshLog(): Promise<string> {
  const tenant = `victim-${(number += 1)}-x`;
  const events = Array.from({ length: SIZE }, () => sampleEvent({ tenant: `tenants/${tenant}` }));
  await audit.as(service('agent')).recordEvents({ events });
  return tenant;
}

async function faultOf(tenant: string, knownCheckpoints: string[] = []): Promise<InconsistentLog | undefined> {
  const { verdict } = await logVerdict(audit.as(admin).verifyLog({ tenant: `tenants/${tenant}`, knownCheckpoints }));
  return verdict.$case === 'inconsistent' ? verdict.value : undefined;
}

const head = async (tenant: string): Promise<string> => {
  const { checkpoint } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
  return checkpoint?.note ?? '';
};

const edit = flipped('bytes', 89);

describe('what a superuser does to a log is found, with the first bad index:', () => {
  it.each([0, 255, 256, 511, 512, 699])('an edited event at %i', async (index) => {
    const tenant = await freshLog();
    await root.run(`update events set bytes = ${edit} where tenant = $1 and index >= $2`, [tenant, index]);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: BigInt(index), reason: FaultReason.LEAF_MISMATCH });
  });

  it('an edited column', async () => {
    const tenant = await freshLog();
    await root.run('update events set sensitivity = 1 where tenant = $1 and index = 300', [tenant]);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 300n, reason: FaultReason.RECORD_MISMATCH });
  });

  it('a changed id', async () => {
    const tenant = await freshLog();
    await root.run('update events set id = gen_random_uuid() where tenant = $1 and index = 1', [tenant]);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 1n, reason: FaultReason.RECORD_MISMATCH });
  });

  it.each([0, 400, 699])('a deleted event at %i', async (index) => {
    const tenant = await freshLog();
    await root.run('delete from events where tenant = $1 and index = $2', [tenant, index]);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: BigInt(index), reason: FaultReason.EVENT_MISSING });
  });

  it('a changed leaf hash, in a whole tile and in the last one', async () => {
    const first = await freshLog();
    await root.run(`update tiles set hashes = ${flipped('hashes', 32)} where tenant = $1 and number = 1`, [first]);
    expect(await faultOf(first)).toMatchObject({ firstBadIndex: 257n, reason: FaultReason.LEAF_MISMATCH });
    const second = await freshLog();
    await root.run(`update logs set tail = ${flipped('tail', 32)} where tenant = $1`, [second]);
    expect(await faultOf(second)).toMatchObject({ firstBadIndex: 513n, reason: FaultReason.LEAF_MISMATCH });
  });

  it('a changed inner hash', async () => {
    const tenant = await freshLog();
    await root.run(`update logs set upper = ${flipped('upper', 32)} where tenant = $1`, [tenant]);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 256n, reason: FaultReason.NODE_MISMATCH });
  });

  it('a deleted tile', async () => {
    const tenant = await freshLog();
    await root.run(`delete from tiles where tenant = $1 and number = 1`, [tenant]);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 256n, reason: FaultReason.NODE_MISMATCH });
  });

  it('two events in each other’s place', async () => {
    const tenant = await freshLog();
    await root.run(
      'update events set index = case index when 100 then 10100 else 10099 end where tenant = $1 and index in (99, 100)',
      [tenant],
    );
    await root.run(
      'update events set index = case index when 10100 then 99 else 100 end where tenant = $1 and index > 10000',
      [tenant],
    );
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 99n, reason: FaultReason.LEAF_MISMATCH });
  });

  it('events swapped between tenants', async () => {
    const [one, other] = [await freshLog(), await freshLog()];
    await root.run(
      `update events set bytes = theirs.bytes from events as theirs
       where events.index = 42 and theirs.index = 42
       and (events.tenant, theirs.tenant) in (($1, $2), ($2, $1))`,
      [one, other],
    );
    for (const tenant of [one, other]) {
      expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 42n, reason: FaultReason.TENANT_MISMATCH });
    }
  });

  it('a rewritten log whose whole tree fits, by the heads that were signed', async () => {
    const tenant = await freshLog();
    await audit.log.heads.sign({ tenant }, tenant, 300n);
    await audit.log.heads.sign({ tenant }, tenant, 500n);
    await root.run(`update events set bytes = ${edit} where tenant = $1 and index = 400`, [tenant]);
    await forgeTree(root, tenant);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 300n, reason: FaultReason.CHECKPOINT_MISMATCH });
  });

  it('a rewritten log whose stored heads are gone, by a head kept elsewhere', async () => {
    const tenant = await freshLog();
    const kept = await head(tenant);
    await root.run(`update events set bytes = ${edit} where tenant = $1 and index = 0`, [tenant]);
    await forgeTree(root, tenant);
    await root.run('delete from checkpoints where tenant = $1', [tenant]);
    expect(await faultOf(tenant, [kept])).toMatchObject({ firstBadIndex: 0n, reason: FaultReason.CHECKPOINT_MISMATCH });
  });

  it('a forged head', async () => {
    const tenant = await freshLog();
    await audit.log.heads.sign({ tenant }, tenant, 100n);
    await head(tenant);
    await root.run(
      `update checkpoints set note = replace(note, E'\\n700\\n', E'\\n701\\n') where tenant = $1 and size = 700`,
      [tenant],
    );
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 100n, reason: FaultReason.SIGNATURE_INVALID });
  });

  it('a tail cut off, tree and all, by a head kept elsewhere', async () => {
    const tenant = await freshLog();
    const kept = await head(tenant);
    await root.run('delete from events where tenant = $1 and index >= 600', [tenant]);
    await forgeTree(root, tenant);
    await root.run('delete from checkpoints where tenant = $1', [tenant]);
    expect(await faultOf(tenant, [kept])).toMatchObject({ firstBadIndex: 600n, reason: FaultReason.TRUNCATED });
  });

  it('a tail cut off, by the head that is stored', async () => {
    const tenant = await freshLog();
    await head(tenant);
    await root.run('delete from events where tenant = $1 and index >= 600', [tenant]);
    await forgeTree(root, tenant);
    expect(await faultOf(tenant)).toMatchObject({ firstBadIndex: 600n, reason: FaultReason.TRUNCATED });
  });

  it('an old backup that was restored, and the same when it went on, after the last head that agrees', async () => {
    const tenant = await freshLog();
    await audit.log.heads.sign({ tenant }, tenant, 500n);
    const restore = await backupOf(root, tenant);
    await audit.record(tenant, 100);
    const kept = await head(tenant);
    await restore();
    expect(await faultOf(tenant, [kept])).toMatchObject({ firstBadIndex: 700n, reason: FaultReason.TRUNCATED });

    // Another process: the one that signed remembers.
    await using restarted = await startTestAudit({ sharing: audit });
    const events = Array.from({ length: 200 }, () => sampleEvent({ tenant: `tenants/${tenant}` }));
    await restarted.as(service('agent')).recordEvents({ events });
    expect(await faultOf(tenant, [kept])).toMatchObject({
      firstBadIndex: 500n,
      reason: FaultReason.CHECKPOINT_MISMATCH,
    });
  });

  it('a restored backup that went on differently, by a head kept elsewhere', async () => {
    const tenant = await freshLog();
    const kept = await head(tenant);
    await root.run('delete from events where tenant = $1 and index >= 600', [tenant]);
    await forgeTree(root, tenant);
    await root.run('delete from checkpoints where tenant = $1', [tenant]);
    const events = Array.from({ length: 200 }, () => sampleEvent({ tenant: `tenants/${tenant}` }));
    await audit.as(service('agent')).recordEvents({ events });
    expect(await faultOf(tenant, [kept])).toMatchObject({ reason: FaultReason.CHECKPOINT_MISMATCH });
  });
});

describe('a log that contradicts what was signed', () => {
  it('gets no new head and no proof', async () => {
    const tenant = await freshLog();
    await head(tenant);
    await root.run(`update events set bytes = ${edit} where tenant = $1 and index = 400`, [tenant]);
    await forgeTree(root, tenant);
    const refused: unknown = await head(tenant).catch((error: unknown) => error);
    expect(isReason(refused, 'LOG_INCONSISTENT')).toBe(true);
    const proof: unknown = await audit
      .as(admin)
      .getInclusionProof({ tenant: `tenants/${tenant}`, entry: { $case: 'index', value: 1n } })
      .catch((error: unknown) => error);
    expect(isReason(proof, 'LOG_INCONSISTENT')).toBe(true);
  });
});

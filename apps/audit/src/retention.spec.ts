import { logVerdict } from '@weir/client';
import { FaultReason } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { leavesOf, noteVerifier, rootOf, verifyProof } from '@weir/merkle';
import { checkCertificate } from './domain/certificate.ts';
import { failure } from './testing/outcomes.ts';
import { admin, freshTenant, sampleEvent, service } from './testing/start-audit.ts';
import { DAY, rules, START, startRetainedAudit, type RetainedAudit } from './testing/start-retained-audit.ts';
import { superuser } from './testing/superuser.ts';

let audit: RetainedAudit;
beforeAll(async () => (audit = await startRetainedAudit()), 60_000);
afterAll(() => audit[Symbol.asyncDispose]());
beforeEach(() => {
  audit.clock.now = START;
});

const verdictOf = async (tenant: string) => {
  const answer = await logVerdict(audit.as(admin).verifyLog({ tenant: `tenants/${tenant}` }));
  return answer;
};

describe('retention', () => {
  it('removes whole partitions that are past their time, and survivors still verify', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 700);
    const { checkpoint: before, verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    audit.clock.now += 40 * DAY;
    await audit.record(tenant, 300);
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);

    expect(await audit.indexes(tenant)).toEqual(Array.from({ length: 300 }, (_, at) => 700 + at));
    const keys = [noteVerifier(verifierKey)];
    for (const { name } of (await audit.left(tenant)).filter(({ index }) => index % 25n === 0n)) {
      const { event } = await audit.as(admin).getEvent({ name, includeProof: true });
      expect(event?.proof && verifyProof(event.proof, keys).index).toBe(event?.index);
    }
    const { verdict, removedEventCount } = await logVerdict(
      audit.as(admin).verifyLog({
        tenant: `tenants/${tenant}`,
        knownCheckpoints: [before?.note ?? ''],
      }),
    );
    expect(verdict.$case).toBe('consistent');
    expect(removedEventCount).toBe(700n);
  });

  it('leaves a signed certificate in the log, whose roots are those of what was removed', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 600);
    const hashes = (await audit.left(tenant)).map(({ leafHash }) => leafHash);
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    audit.clock.now += 40 * DAY;
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);
    const certificate = (await audit.left(tenant)).find(({ event }) => event?.type === 'retention_applied')?.event
      ?.retentionCertificate;
    if (!certificate) throw new Error('there is no certificate');
    checkCertificate(certificate, [noteVerifier(verifierKey)]);
    // The look at the log above is in it as well.
    expect(certificate.firstIndex).toBe(0n);
    expect(certificate.endIndex).toBeGreaterThanOrEqual(600n);
    for (const root of certificate.roots.filter((candidate) => leavesOf(candidate).end <= 600n)) {
      const { start, end } = leavesOf(root);
      expect(root.hash.equals(Buffer.from(rootOf(hashes.slice(Number(start), Number(end)))))).toBe(true);
    }
    expect(certificate.note.split('\n').slice(0, 4)).toEqual([
      'weir-retention-v1',
      `weir.example/tenants/${tenant}`,
      '0',
      String(certificate.endIndex),
    ]);
  });

  it('keeps for ever what no rule names, and never less than the minimum', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 10, (at) => ({ sensitivity: at < 5 ? Sensitivity.LOW : Sensitivity.HIGH }));
    audit.clock.now += 2 * DAY;
    await audit.record(tenant, 5, () => ({ sensitivity: Sensitivity.LOW }));
    audit.clock.now += 100 * DAY;
    await audit.put(tenant, { rules: rules(30, [Sensitivity.LOW]) });
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

    await audit.put(tenant, { rules: rules(30) });
    await audit.put(tenant, { minimums: rules(200, [Sensitivity.HIGH]) }, service('security'));
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toHaveLength(10);
    audit.clock.now += 100 * DAY;
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toEqual([]);
    expect((await verdictOf(tenant)).verdict.$case).toBe('consistent');
  });

  it('removes nothing of the day that is not over', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 10);
    await audit.put(tenant, { rules: rules(1) });
    audit.clock.now += DAY - 1;
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toHaveLength(10);
  });

  it('removes many tiles, some before and some after what stays, and everything left still verifies', async () => {
    const tenant = freshTenant();
    for (let part = 0; part < 4; part += 1) {
      await audit.record(tenant, 900, (at) => ({
        sensitivity: part === 1 && at === 300 ? Sensitivity.CRITICAL : Sensitivity.LOW,
      }));
      audit.clock.now += DAY;
    }
    audit.clock.now += 40 * DAY;
    await audit.put(tenant, { rules: rules(30, [Sensitivity.LOW]) });
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toEqual(Array.from({ length: 256 }, (_, at) => 1024 + at));
    const answer = await verdictOf(tenant);
    expect(answer.verdict.$case).toBe('consistent');
    const proof = await audit
      .as(admin)
      .getInclusionProof({ tenant: `tenants/${tenant}`, entry: { $case: 'index', value: 1200n } });
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    expect(proof.proof && verifyProof(proof.proof, [noteVerifier(verifierKey)]).index).toBe(1200n);
  });

  it('makes what was removed unknown, and says so', async () => {
    const tenant = freshTenant();
    const { events } = await audit.record(tenant, 600);
    audit.clock.now += 40 * DAY;
    await audit.record(tenant, 10);
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);
    const name = `tenants/${tenant}`;
    expect((await failure(audit.as(admin).getEvent({ name: `${name}/events/${events[0]?.id ?? ''}` }))).reason).toBe(
      'EVENT_NOT_FOUND',
    );
    const ask = (value: bigint, treeSize = 0n) =>
      failure(audit.as(admin).getInclusionProof({ tenant: name, entry: { $case: 'index', value }, treeSize }));
    expect((await ask(3n)).reason).toBe('LOG_RANGE_REMOVED');
    const partial = failure(audit.as(admin).getConsistencyProof({ tenant: name, firstTreeSize: 100n }));
    expect((await partial).reason).toBe('LOG_RANGE_REMOVED');
    const tail = failure(audit.as(admin).tailEvents({ tenant: name, revision: 0n })[Symbol.asyncIterator]().next());
    expect((await tail).reason).toBe('REVISION_COMPACTED');
    const again = await audit.as(service('agent')).recordEvents({ events: [sampleEvent({ ...events[0] })] });
    expect(again.events[0]?.alreadyRecorded).toBe(false);
  });
});

describe('a superuser who plays retention is found out:', () => {
  it('events gone without a certificate', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 600);
    await using root = await superuser(audit.database.url);
    await root.run('delete from events where tenant = $1 and index < 256', [tenant]);
    await root.run('delete from tiles where tenant = $1 and number = 0', [tenant]);
    expect((await verdictOf(tenant)).verdict).toMatchObject({
      value: { firstBadIndex: 0n, reason: FaultReason.EVENT_MISSING },
    });
  });

  it('a certificate that was stretched', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 600);
    audit.clock.now += 40 * DAY;
    await audit.record(tenant, 600);
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);
    await using root = await superuser(audit.database.url);
    await root.run('update removals set end_index = 1024 where tenant = $1', [tenant]);
    await root.run('delete from events where tenant = $1 and index < 1024', [tenant]);
    expect((await verdictOf(tenant)).verdict).toMatchObject({
      value: { firstBadIndex: 600n, reason: FaultReason.EVENT_MISSING },
    });
  });

  it('a certificate of his own', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 600);
    audit.clock.now += 40 * DAY;
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);
    await using root = await superuser(audit.database.url);
    const position = "position('weir-retention-v1'::bytea in certificate)";
    await root.run(
      `update removals set certificate = overlay(certificate placing 'v2'::bytea from ${position} + 15 for 2) where tenant = $1`,
      [tenant],
    );
    expect((await verdictOf(tenant)).verdict).toMatchObject({
      value: { firstBadIndex: 0n, reason: FaultReason.CERTIFICATE_INVALID },
    });
  });
});

import { JobOutcome, StopReason, Tier } from '@weir/contracts/registry';
import { randomUUID } from 'node:crypto';
import { serviceToken } from '@weir/testing';
import { catalogueOf } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf, refusal } from '../testing/failures.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

let made = 0;
async function tenant(limits: object = {}): Promise<string> {
  const id = `tenant-${(made += 1)}-x`;
  await catalogueOf(registry).tenant(id, { tier: Tier.PROFESSIONAL, limits });
  return `tenants/${id}`;
}

const acquire = async (name: string, job: string, fields: object = {}) => {
  const answer = await registry.agent.usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/${job}`, ...fields });
  if (!answer.slot) throw new Error('no slot');
  return { ...answer, held: { name: answer.slot.name, fencingToken: answer.slot.fencingToken } };
};
const quota = (value: bigint) => ({ bound: { $case: 'atMost' as const, value } });

describe('AcquireJobSlot', () => {
  it('gives a lease of 30 seconds, and a fencing token that grows', async () => {
    const name = await tenant();
    const first = await acquire(name, 'job-1');
    const second = await acquire(name, 'job-2', { ttl: { seconds: 5n, nanos: 0 } });
    const lasting = (slot: typeof first.slot) => (slot?.expiresAt?.getTime() ?? 0) - (slot?.acquiredAt?.getTime() ?? 0);
    expect([lasting(first.slot), lasting(second.slot)]).toEqual([30_000, 5_000]);
    expect(second).toMatchObject({ activeJobs: 2, maxConcurrentJobs: 10 });
    expect(second.held.fencingToken).toBeGreaterThan(first.held.fencingToken);
  });

  it('refuses more than the limit, saying when to come back', async () => {
    const name = await tenant({ maxConcurrentJobs: 2 });
    await acquire(name, 'job-1');
    await acquire(name, 'job-2');
    const error = await refusal(acquire(name, 'job-3'));
    expect(error).toMatchObject({ reason: 'JOB_SLOTS_EXHAUSTED', metadata: { limit: '2', tenant: name } });
    expect(error.details.quota).toEqual([{ subject: name, description: 'max_concurrent_jobs 2' }]);
    expect(error.details.retryAfterMs).toBeGreaterThan(0);
  });

  it('gives a restarted holder its slot back under a new token; the old one is worth nothing', async () => {
    const name = await tenant({ maxConcurrentJobs: 1 });
    const before = await acquire(name, 'job-1');
    const after = await acquire(name, 'job-1');
    expect(after.held.name).toBe(before.held.name);
    expect(after.activeJobs).toBe(1);
    const { usage } = registry.agent;
    expect(await reasonOf(usage.renewJobSlot(before.held))).toBe('SLOT_LOST');
    expect(await reasonOf(usage.releaseJobSlot({ ...before.held, outcome: JobOutcome.COMPLETED }))).toBe('SLOT_LOST');
    expect((await usage.renewJobSlot(after.held)).stopReason).toBe(StopReason.UNSPECIFIED);
  });

  it('takes no second slot when a call is repeated', async () => {
    const name = await tenant({ maxConcurrentJobs: 1 });
    const requestId = randomUUID();
    const first = await acquire(name, 'job-1', { requestId });
    expect(await acquire(name, 'job-1', { requestId })).toEqual(first);
  });

  it('keeps the slot of a job from other principals', async () => {
    const name = await tenant();
    await acquire(name, 'job-1');
    const other = registry.as(serviceToken('agent')).usage;
    expect((await other.acquireJobSlot({ tenant: name, job: `${name}/jobs/job-1` })).activeJobs).toBe(1);
    await registry.behind.set('job_slots', 'holder', 'principals/someone-else');
    expect(await reasonOf(acquire(name, 'job-1'))).toBe('SLOT_TAKEN');
  });

  it('frees the slot of a holder that died, once its lease has ended', async () => {
    const name = await tenant({ maxConcurrentJobs: 1 });
    const dead = await acquire(name, 'job-1');
    await registry.behind.elapse('job_slots', 'expires_at', '31 seconds');
    const next = await acquire(name, 'job-2');
    expect(next.activeJobs).toBe(1);
    expect(await reasonOf(registry.agent.usage.renewJobSlot(dead.held))).toBe('SLOT_LOST');
  });

  it('refuses when the processing hours of the month are used up, and tells those that run', async () => {
    const name = await tenant({ monthlyProcessingHours: quota(1n) });
    const running = await acquire(name, 'job-1', { ttl: { seconds: 300n, nanos: 0 } });
    await registry.behind.use(name, { processing_ms: 3_600_000n });
    const error = await refusal(acquire(name, 'job-2'));
    expect(error).toMatchObject({ reason: 'PROCESSING_HOURS_EXHAUSTED', metadata: { limit: '1' } });
    const { stopReason } = await registry.agent.usage.renewJobSlot(running.held);
    expect(stopReason).toBe(StopReason.PROCESSING_HOURS_EXHAUSTED);
  });

  it('refuses what would not fit into the storage limit, by what was last measured', async () => {
    const name = await tenant({ storageGb: quota(1n) });
    const first = await acquire(name, 'job-1', { storedBytes: 600_000_000n, expectedBytes: 400_000_000n });
    const error = await refusal(acquire(name, 'job-2', { expectedBytes: 400_000_001n }));
    expect(error).toMatchObject({ reason: 'STORAGE_EXHAUSTED', metadata: { bytes: '1000000001', limit_gb: '1' } });
    const usage = { storedBytes: 100_000_000n };
    await registry.agent.usage.releaseJobSlot({ ...first.held, outcome: JobOutcome.COMPLETED, usage });
    await acquire(name, 'job-2', { expectedBytes: 900_000_000n });
  });

  it('refuses requests that make no sense', async () => {
    const name = await tenant();
    const call = registry.agent.usage.acquireJobSlot({
      tenant: name,
      job: 'tenants/other/jobs/job-1',
      component: 'components/x',
      ttl: { seconds: 4n, nanos: 999_999_999 },
      storedBytes: -1n,
      expectedBytes: -1n,
    });
    expect(await fieldsOf(call)).toEqual(['component', 'ttl', 'stored_bytes', 'expected_bytes', 'job']);
    expect(await reasonOf(acquire('tenants/nobody', 'job-1'))).toBe('TENANT_NOT_FOUND');
  });

  it('is for the agent service only', async () => {
    const name = await tenant();
    const job = `${name}/jobs/job-1`;
    const id = name.slice(8);
    expect(await reasonOf(registry.of(id).usage.acquireJobSlot({ tenant: name, job }))).toBe('PERMISSION_MISSING');
    const deployment = registry.as(serviceToken('deployment')).usage;
    expect(await reasonOf(deployment.acquireJobSlot({ tenant: name, job }))).toBe('CALLER_NOT_ALLOWED');
  });
});

describe('ReleaseJobSlot', () => {
  const used = { rowsRead: 10n, rowsWritten: 4n, processedBytes: 1_000n, storedBytes: 77n };

  it('counts a job once, however often it is repeated', async () => {
    const name = await tenant();
    const { held } = await acquire(name, 'job-1');
    const { usage } = registry.agent;
    const release = () => usage.releaseJobSlot({ ...held, outcome: JobOutcome.COMPLETED, usage: used });
    const answers = await Promise.all([release(), release(), release()]);
    expect(new Set(answers.map(({ processingTime }) => processingTime?.nanos)).size).toBe(1);
    const { usage: month } = await registry.admin.usage.getUsage({ tenant: name });
    expect(month).toMatchObject({
      jobsCompleted: 1n,
      rowsRead: 10n,
      rowsWritten: 4n,
      processedBytes: 1_000n,
      activeJobs: 0,
    });
  });

  it('corrects a lease that ended by itself once, and counts its time until it ended', async () => {
    const name = await tenant();
    const { held } = await acquire(name, 'job-1');
    await registry.behind.elapse('job_slots', 'acquired_at', '50 seconds');
    await registry.behind.elapse('job_slots', 'expires_at', '40 seconds');
    await acquire(name, 'job-2');
    const month = async () => (await registry.admin.usage.getUsage({ tenant: name })).usage;
    expect(await month()).toMatchObject({ jobsFailed: 1n, jobsCompleted: 0n });

    const { usage } = registry.agent;
    const release = () => usage.releaseJobSlot({ ...held, outcome: JobOutcome.COMPLETED, usage: used });
    const first = await release();
    expect(first).toMatchObject({ expired: true, processingTime: { seconds: 40n } });
    expect(await release()).toEqual(first);
    expect(await month()).toMatchObject({ jobsFailed: 0n, jobsCompleted: 1n, rowsRead: 10n });
  });

  it('answers a late release of a lease that nobody had counted yet in the same way', async () => {
    const name = await tenant();
    const { held } = await acquire(name, 'job-1');
    await registry.behind.elapse('job_slots', 'expires_at', '40 seconds');
    const { usage } = registry.agent;
    const { expired } = await usage.releaseJobSlot({ ...held, outcome: JobOutcome.CANCELLED });
    expect(expired).toBe(true);
    const { usage: month } = await registry.admin.usage.getUsage({ tenant: name });
    expect(month).toMatchObject({ jobsFailed: 0n, jobsCancelled: 1n });
  });

  it('refuses who never held it, and outcomes that say nothing', async () => {
    const name = await tenant();
    const { held } = await acquire(name, 'job-1');
    const { usage } = registry.agent;
    const release = (fields: object) => usage.releaseJobSlot({ ...held, outcome: JobOutcome.COMPLETED, ...fields });
    expect(await reasonOf(release({ fencingToken: 999n }))).toBe('SLOT_LOST');
    expect(await reasonOf(release({ name: `${name}/slots/none` }))).toBe('SLOT_LOST');
    expect(await fieldsOf(release({ outcome: 0, fencingToken: 0n, usage: { rowsRead: -1n } }))).toEqual([
      'fencing_token',
      'outcome',
      'usage.rows_read',
    ]);
  });
});

describe('GetUsage and ListUsage', () => {
  it('include the slots that are held now', async () => {
    const name = await tenant();
    await acquire(name, 'job-1', { ttl: { seconds: 300n, nanos: 0 } });
    await registry.behind.elapse('job_slots', 'acquired_at', '1 second');
    const { usage, limits } = await registry.of(name.slice(8)).usage.getUsage({ tenant: name });
    expect(usage?.activeJobs).toBe(1);
    expect(Number(usage?.processingTime?.seconds)).toBeGreaterThanOrEqual(1);
    expect(limits?.maxConcurrentJobs).toBe(10);
    const listed = await registry.of(name.slice(8)).usage.listUsage({ tenant: name });
    expect(listed.usages.map(({ activeJobs }) => activeJobs)).toEqual([1]);
  });

  it('are all zeros for a month without use', async () => {
    const name = await tenant();
    const { usage } = await registry.admin.usage.getUsage({ tenant: name, month: '2001-02' });
    expect(usage).toMatchObject({ name: `${name}/usage/2001-02`, jobsCompleted: 0n, lastActivityAt: undefined });
    expect(await reasonOf(registry.admin.usage.getUsage({ tenant: 'tenants/nobody' }))).toBe('TENANT_NOT_FOUND');
    expect(await fieldsOf(registry.admin.usage.getUsage({ tenant: name, month: '2001-13' }))).toEqual(['month']);
  });

  it('list months newest first, then tenants, in pages', async () => {
    const [one, two] = [await tenant(), await tenant()];
    for (const month of ['2020-03', '2020-04']) {
      await registry.behind.use(one, { rows_read: 1n }, month);
      await registry.behind.use(two, { rows_read: 2n }, month);
    }
    const bounds = { tenant: 'tenants/-', fromMonth: '2020-01', toMonth: '2020-12', pageSize: 3 };
    const first = await registry.admin.usage.listUsage(bounds);
    const second = await registry.admin.usage.listUsage({ ...bounds, pageToken: first.nextPageToken });
    expect([...first.usages, ...second.usages].map(({ name }) => name)).toEqual([
      `${one}/usage/2020-04`,
      `${two}/usage/2020-04`,
      `${one}/usage/2020-03`,
      `${two}/usage/2020-03`,
    ]);
    expect(second.nextPageToken).toBe('');
    const backwards = { ...bounds, fromMonth: '2020-05', toMonth: '2020-04' };
    expect(await fieldsOf(registry.admin.usage.listUsage(backwards))).toEqual(['to_month']);
  });
});

import { Outcome } from '@weir/contracts/audit';
import { JobOutcome, StopReason, TenantState } from '@weir/contracts/registry';
import { outcomeOf, reasonOf } from '../testing/failures.ts';
import { sampleTenant } from '../testing/samples.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

let made = 0;
async function tenant(): Promise<{ id: string; name: string }> {
  const id = `tenant-${(made += 1)}-x`;
  await registry.admin.tenants.createTenant({ tenantId: id, tenant: sampleTenant() });
  return { id, name: `tenants/${id}` };
}

describe('SuspendTenant', () => {
  it('stops everything new, tells what runs, and is lifted by ResumeTenant', async () => {
    const { name } = await tenant();
    const { tenants } = registry.admin;
    const { usage } = registry.agent;
    const { slot } = await usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/one` });
    const held = { name: slot?.name ?? '', fencingToken: slot?.fencingToken ?? 0n };

    const suspended = await tenants.suspendTenant({ name, reason: 'unpaid' });
    expect(suspended.tenant?.state).toBe(TenantState.SUSPENDED);
    expect(await tenants.suspendTenant({ name, reason: 'unpaid' })).toEqual(suspended);
    expect(await reasonOf(usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/two` }))).toBe('TENANT_SUSPENDED');
    expect((await usage.renewJobSlot(held)).stopReason).toBe(StopReason.TENANT_SUSPENDED);

    expect((await tenants.resumeTenant({ name })).tenant?.state).toBe(TenantState.ACTIVE);
    expect((await usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/two` })).activeJobs).toBe(2);
  });

  it('renews a holder that was told to stop no further', async () => {
    const { name } = await tenant();
    const { usage } = registry.agent;
    const { slot } = await usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/one` });
    const held = { name: slot?.name ?? '', fencingToken: slot?.fencingToken ?? 0n };
    await registry.admin.tenants.suspendTenant({ name, reason: 'unpaid' });
    const told = await usage.renewJobSlot(held);
    await registry.admin.tenants.resumeTenant({ name });
    expect(await usage.renewJobSlot(held)).toEqual(told);
  });

  it('needs a reason, which the audit log keeps', async () => {
    const { name } = await tenant();
    expect(await reasonOf(registry.admin.tenants.suspendTenant({ name }))).toBe('INVALID_ARGUMENT');
    await registry.admin.tenants.suspendTenant({ name, reason: 'unpaid since May' });
    const events = await registry.eventsOf(name, 'suspend_tenant');
    expect(events).toMatchObject([{ outcome: Outcome.REFUSED }, { details: { reason: 'unpaid since May' } }]);
  });
});

describe('DeleteTenant', () => {
  it('makes a tenant unable to do anything, and UndeleteTenant brings it back as it was', async () => {
    const { id, name } = await tenant();
    const { tenants } = registry.admin;
    await tenants.suspendTenant({ name, reason: 'unpaid' });
    const { tenant: deleted } = await tenants.deleteTenant({ name });
    expect(deleted?.state).toBe(TenantState.DELETED);
    expect(deleted?.purgeAt?.getTime()).toBe((deleted?.deletedAt?.getTime() ?? 0) + 30 * 86_400_000);

    expect((await tenants.getTenant({ name })).tenant?.state).toBe(TenantState.DELETED);
    expect(await reasonOf(registry.of(id).tenants.getTenant({ name }))).toBe('TENANT_NOT_FOUND');
    const change = { tenant: { name, displayName: 'X' }, updateMask: ['display_name'] };
    expect(await reasonOf(tenants.updateTenant(change))).toBe('TENANT_DELETED');
    expect(await reasonOf(tenants.resumeTenant({ name }))).toBe('TENANT_DELETED');
    const acquire = registry.agent.usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/one` });
    expect(await reasonOf(acquire)).toBe('TENANT_DELETED');

    expect((await tenants.undeleteTenant({ name })).tenant?.state).toBe(TenantState.SUSPENDED);
    expect(await reasonOf(tenants.undeleteTenant({ name }))).toBe('TENANT_NOT_DELETED');
  });

  it('waits for running jobs unless it is forced; then their holders are told', async () => {
    const { name } = await tenant();
    const { usage } = registry.agent;
    const { slot } = await usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/one` });
    const held = { name: slot?.name ?? '', fencingToken: slot?.fencingToken ?? 0n };
    expect(await reasonOf(registry.admin.tenants.deleteTenant({ name }))).toBe('TENANT_HAS_RUNNING_JOBS');
    await registry.admin.tenants.deleteTenant({ name, force: true });
    expect((await usage.renewJobSlot(held)).stopReason).toBe(StopReason.TENANT_DELETED);
    await usage.releaseJobSlot({ ...held, outcome: JobOutcome.CANCELLED });
  });

  it('ends after 30 days', async () => {
    const { name } = await tenant();
    await registry.admin.tenants.deleteTenant({ name });
    await registry.behind.elapse('tenants', 'purge_at', '31 days');
    expect(await reasonOf(registry.admin.tenants.undeleteTenant({ name }))).toBe('TENANT_NOT_FOUND');
  });

  it('lets no job start behind its back', async () => {
    const { name } = await tenant();
    const { agent, admin } = registry;
    const jobs = Array.from({ length: 8 }, (_, at) =>
      outcomeOf(agent.usage.acquireJobSlot({ tenant: name, job: `${name}/jobs/job-${at}` })),
    );
    const [outcome, ...started] = await Promise.all([outcomeOf(admin.tenants.deleteTenant({ name })), ...jobs]);
    // Jobs that were there first are seen; those that come later are refused.
    const refused = started.filter((reason) => reason === 'TENANT_DELETED');
    expect(refused).toHaveLength(outcome === 'served' ? started.length : 0);
  });
});

describe('ListTenants', () => {
  it('pages by id, without deleted tenants unless asked', async () => {
    for (const id of ['zz-c', 'zz-a', 'zz-b']) {
      await registry.admin.tenants.createTenant({ tenantId: id, tenant: sampleTenant() });
    }
    await registry.admin.tenants.deleteTenant({ name: 'tenants/zz-b' });
    const list = async (showDeleted: boolean) => {
      const names: string[] = [];
      let pageToken = '';
      do {
        const page = await registry.admin.tenants.listTenants({ pageSize: 2, pageToken, showDeleted });
        names.push(...page.tenants.map(({ name }) => name));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return names.filter((name) => name.startsWith('tenants/zz-'));
    };
    expect(await list(false)).toEqual(['tenants/zz-a', 'tenants/zz-c']);
    expect(await list(true)).toEqual(['tenants/zz-a', 'tenants/zz-b', 'tenants/zz-c']);
  });

  it('refuses tokens of other queries and tokens that were made up', async () => {
    const { nextPageToken } = await registry.admin.tenants.listTenants({ pageSize: 1 });
    const { tenants } = registry.admin;
    expect(await reasonOf(tenants.listTenants({ pageToken: nextPageToken, showDeleted: true }))).toBe(
      'PAGE_TOKEN_INVALID',
    );
    expect(await reasonOf(tenants.listTenants({ pageToken: 'made-up' }))).toBe('PAGE_TOKEN_INVALID');
    expect(await reasonOf(tenants.listTenants({ pageSize: -1 }))).toBe('INVALID_ARGUMENT');
  });
});

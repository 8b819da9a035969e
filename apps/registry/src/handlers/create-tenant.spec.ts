import { platformScope } from '@weir/context';
import { Tier, TenantState } from '@weir/contracts/registry';
import { randomUUID } from 'node:crypto';
import { fieldsOf, outcomeOf, reasonOf, refusal } from '../testing/failures.ts';
import { sampleTenant } from '../testing/samples.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

const atMost = (value: bigint) => ({ bound: { $case: 'atMost' as const, value } });
const unlimited = { bound: { $case: 'unlimited' as const, value: true } };

describe('CreateTenant', () => {
  it('gives a tenant the limits of its tier', async () => {
    const { tenants } = registry.admin;
    const basic = await tenants.createTenant({ tenantId: 'basic-one', tenant: sampleTenant({ tier: Tier.BASIC }) });
    const enterprise = await tenants.createTenant({
      tenantId: 'enterprise-one',
      tenant: sampleTenant({ tier: Tier.ENTERPRISE }),
    });
    const limits = {
      maxConcurrentJobs: 2,
      monthlyProcessingHours: atMost(100n),
      storageGb: atMost(10n),
      customLimits: {},
    };
    expect(basic.tenant).toMatchObject({ name: 'tenants/basic-one', state: TenantState.ACTIVE, limits });
    expect(enterprise.tenant?.limits).toMatchObject({ maxConcurrentJobs: 100, storageGb: unlimited });
  });

  it('takes the limits that are stated instead', async () => {
    const limits = { maxConcurrentJobs: 3, storageGb: unlimited, customLimits: { 'daily-exports': 7n } };
    const { tenant } = await registry.admin.tenants.createTenant({
      tenantId: 'stated',
      tenant: sampleTenant({ limits }),
    });
    expect(tenant?.limits).toEqual({ ...limits, monthlyProcessingHours: atMost(1_000n) });
  });

  it('lets a CUSTOM tier leave no limit open', async () => {
    const tenant = sampleTenant({ tier: Tier.CUSTOM, limits: { maxConcurrentJobs: 5 } });
    const call = registry.admin.tenants.createTenant({ tenantId: 'custom-one', tenant });
    expect(await fieldsOf(call)).toEqual(['tenant.limits.monthly_processing_hours', 'tenant.limits.storage_gb']);
  });

  it('names every broken field, not only the first', async () => {
    const call = registry.admin.tenants.createTenant({
      tenantId: 'Acme',
      tenant: {
        displayName: 'x'.repeat(121),
        tier: 9 as Tier,
        limits: { maxConcurrentJobs: 0, storageGb: atMost(0n), customLimits: { 'Not An Id': 1n } },
      },
    });
    expect(await fieldsOf(call)).toEqual([
      'tenant_id',
      'tenant.display_name',
      'tenant.tier',
      'tenant.limits.max_concurrent_jobs',
      'tenant.limits.storage_gb.at_most',
      'tenant.limits.custom_limits',
      'tenant.allowed_environments',
      'tenant.clearance_ceiling',
    ]);
  });

  it.each([
    '',
    'a',
    'ab',
    '1ab',
    'acme-',
    'a'.repeat(64),
    'acmé',
    'аcme',
    "x'; drop table tenants; --",
    '../acme',
    'platform',
  ])('refuses the id %j', async (tenantId) => {
    expect(await fieldsOf(registry.admin.tenants.createTenant({ tenantId, tenant: sampleTenant() }))).toEqual([
      'tenant_id',
    ]);
  });

  it('refuses an id that is in use, also by a deleted tenant', async () => {
    const create = () => registry.admin.tenants.createTenant({ tenantId: 'taken-one', tenant: sampleTenant() });
    await create();
    expect(await reasonOf(create())).toBe('TENANT_EXISTS');
    await registry.admin.tenants.deleteTenant({ name: 'tenants/taken-one' });
    expect(await reasonOf(create())).toBe('TENANT_EXISTS');
  });

  it('hands an id on once the tenant that had it is gone for good, with nothing of it left', async () => {
    await registry.admin.tenants.createTenant({ tenantId: 'reborn', tenant: sampleTenant() });
    const { slot } = await registry.agent.usage.acquireJobSlot({
      tenant: 'tenants/reborn',
      job: 'tenants/reborn/jobs/one',
    });
    await registry.agent.usage.releaseJobSlot({ name: slot?.name ?? '', fencingToken: 1n, outcome: 1 });
    await registry.admin.tenants.deleteTenant({ name: 'tenants/reborn' });
    await registry.behind.elapse('tenants', 'purge_at', '31 days');
    expect(await reasonOf(registry.admin.tenants.getTenant({ name: 'tenants/reborn' }))).toBe('TENANT_NOT_FOUND');
    await registry.admin.tenants.createTenant({ tenantId: 'reborn', tenant: sampleTenant() });
    const { usage } = await registry.admin.usage.getUsage({ tenant: 'tenants/reborn' });
    expect(usage).toMatchObject({ jobsCompleted: 0n, processingTime: { seconds: 0n, nanos: 0 } });
    // Nor of what it was granted and lost: a watch would tell.
    const left = await registry.database.database.within(platformScope(), (tx) =>
      tx.selectFrom('catalogue_changes').select('id').where('tenant', '=', 'reborn').execute(),
    );
    expect(left).toEqual([]);
  });

  it('answers a repeated request_id with the first answer', async () => {
    const request = { tenantId: 'repeated', tenant: sampleTenant(), requestId: randomUUID() };
    const first = await registry.admin.tenants.createTenant(request);
    expect(await registry.admin.tenants.createTenant(request)).toEqual(first);
    const other = { ...request, tenant: sampleTenant({ displayName: 'Another' }) };
    expect(await reasonOf(registry.admin.tenants.createTenant(other))).toBe('REQUEST_ID_REUSED');
  });

  it('lets one of many racing for an id win', async () => {
    const calls = Array.from({ length: 20 }, () =>
      outcomeOf(registry.admin.tenants.createTenant({ tenantId: 'contested', tenant: sampleTenant() })),
    );
    const outcomes = (await Promise.all(calls)).sort();
    expect(outcomes).toEqual([...Array<string>(19).fill('TENANT_EXISTS'), 'served']);
  });

  it('changes nothing when it only validates', async () => {
    const request = { tenantId: 'imagined', tenant: sampleTenant(), validateOnly: true };
    expect((await registry.admin.tenants.createTenant(request)).tenant?.name).toBe('tenants/imagined');
    expect(await reasonOf(registry.admin.tenants.getTenant({ name: 'tenants/imagined' }))).toBe('TENANT_NOT_FOUND');
  });

  it('is for the platform, and leaves an event either way', async () => {
    const error = await refusal(
      registry.of('acme').tenants.createTenant({ tenantId: 'smuggled', tenant: sampleTenant() }),
    );
    expect(error.reason).toBe('PLATFORM_ONLY');
    await registry.admin.tenants.createTenant({ tenantId: 'audited', tenant: sampleTenant() });
    const events = await registry.eventsOf('tenants/audited');
    expect(events).toMatchObject([{ type: 'create_tenant', principal: 'principals/admin' }]);
  });
});

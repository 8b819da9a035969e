import { Clearance, Environment, Tier } from '@weir/contracts/registry';
import { fieldsOf, reasonOf } from '../testing/failures.ts';
import { sampleTenant } from '../testing/samples.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
  await registry.admin.tenants.createTenant({ tenantId: 'acme', tenant: sampleTenant() });
});
afterAll(() => registry[Symbol.asyncDispose]());

const name = 'tenants/acme';
const update = (tenant: object, ...updateMask: string[]) =>
  registry.admin.tenants.updateTenant({ tenant: { name, ...tenant }, updateMask });

describe('UpdateTenant', () => {
  it('changes the fields that the mask names, and no other', async () => {
    const changed = { displayName: 'Acme Corp', clearanceCeiling: Clearance.PUBLIC, tier: Tier.BASIC };
    const { tenant } = await update(changed, 'display_name', 'clearance_ceiling');
    expect(tenant).toMatchObject({
      displayName: 'Acme Corp',
      clearanceCeiling: Clearance.PUBLIC,
      tier: Tier.PROFESSIONAL,
    });
    expect((await registry.admin.tenants.getTenant({ name })).tenant).toEqual(tenant);
  });

  it('changes one limit, and takes it back to that of the tier', async () => {
    const raised = await update({ limits: { maxConcurrentJobs: 77 } }, 'limits.max_concurrent_jobs');
    expect(raised.tenant?.limits).toMatchObject({ maxConcurrentJobs: 77, storageGb: { bound: { value: 1_000n } } });
    const reset = await update({}, 'limits.max_concurrent_jobs');
    expect(reset.tenant?.limits?.maxConcurrentJobs).toBe(10);
  });

  it('follows a new tier where no limit was stated', async () => {
    const { tenant } = await update({ tier: Tier.ENTERPRISE }, 'tier');
    expect(tenant?.limits?.maxConcurrentJobs).toBe(100);
    await update({ tier: Tier.PROFESSIONAL }, 'tier');
  });

  it('moves to CUSTOM only with every limit stated', async () => {
    const fields = await fieldsOf(update({ tier: Tier.CUSTOM }, 'tier'));
    expect(fields).toHaveLength(3);
    const quota = { bound: { $case: 'atMost' as const, value: 5n } };
    const limits = { maxConcurrentJobs: 5, monthlyProcessingHours: quota, storageGb: quota };
    expect((await update({ tier: Tier.CUSTOM, limits }, 'tier', 'limits')).tenant?.tier).toBe(Tier.CUSTOM);
    await update({ tier: Tier.PROFESSIONAL, limits: {} }, 'tier', 'limits');
  });

  it('refuses a stale etag, and changes the etag with every change', async () => {
    const { tenant: before } = await registry.admin.tenants.getTenant({ name });
    const etag = before?.etag ?? '';
    const after = await update({ displayName: 'Fresh', etag }, 'display_name');
    expect(after.tenant?.etag).not.toBe(etag);
    expect(await reasonOf(update({ displayName: 'Stale', etag }, 'display_name'))).toBe('ETAG_MISMATCH');
  });

  it('names what is wrong with the mask and with the fields in it', async () => {
    expect(await fieldsOf(update({}))).toEqual(['update_mask']);
    const broken = { displayName: '', allowedEnvironments: [], limits: { storageGb: {} }, tier: 0 };
    const mask = ['display_name', 'state', 'limits.storage_gb', 'allowed_environments', 'name'];
    expect(await fieldsOf(update(broken, ...mask))).toEqual([
      'tenant.display_name',
      'update_mask',
      'tenant.limits.storage_gb.bound',
      'tenant.allowed_environments',
      'update_mask',
    ]);
  });

  it('loses no update of many made at once', async () => {
    const environments = [Environment.STAGING];
    await Promise.all([
      update({ displayName: 'Both' }, 'display_name'),
      update({ allowedEnvironments: environments }, 'allowed_environments'),
      update({ limits: { maxConcurrentJobs: 4 } }, 'limits.max_concurrent_jobs'),
    ]);
    const { tenant } = await registry.admin.tenants.getTenant({ name });
    expect(tenant).toMatchObject({ displayName: 'Both', allowedEnvironments: environments });
    expect(tenant?.limits?.maxConcurrentJobs).toBe(4);
  });

  it('changes nothing when it only validates', async () => {
    const { tenant: before } = await registry.admin.tenants.getTenant({ name });
    const request = { tenant: { name, displayName: 'Imagined' }, updateMask: ['display_name'], validateOnly: true };
    expect((await registry.admin.tenants.updateTenant(request)).tenant?.displayName).toBe('Imagined');
    expect((await registry.admin.tenants.getTenant({ name })).tenant).toEqual(before);
  });

  it('knows only tenants that exist', async () => {
    const missing = { tenant: { name: 'tenants/nobody', displayName: 'X' }, updateMask: ['display_name'] };
    expect(await reasonOf(registry.admin.tenants.updateTenant(missing))).toBe('TENANT_NOT_FOUND');
  });
});

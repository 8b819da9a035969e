import { Environment, Lifecycle, type SetLifecycleRequest } from '@weir/contracts/registry';
import { serviceToken } from '@weir/testing';
import { catalogueOf, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf, refusal } from '../testing/failures.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
  await catalogue.tenant('acme');
});
afterAll(() => registry[Symbol.asyncDispose]());

const later = new Date(Date.now() + 86_400_000);
const nameOf = (component: string, version = '1.0.0') => `components/${component}/versions/${version}`;
const set = (component: string, lifecycle: Lifecycle, fields: Partial<SetLifecycleRequest> = {}) =>
  registry.admin.components.setLifecycle({ name: nameOf(component), lifecycle, ...fields });
const deploy = (deployment: string, components: string[], generation = 1n, tenant = 'acme') =>
  registry.as(serviceToken('deployment')).usage.recordDeploymentUse({
    deployment: `tenants/${tenant}/deployments/${deployment}`,
    environment: Environment.PRODUCTION,
    components,
    generation,
  });

let made = 0;
async function component(): Promise<string> {
  const id = `part-${(made += 1)}`;
  await catalogue.publish(id, '1.0.0');
  await catalogue.grant('acme', id);
  return id;
}

describe('SetLifecycle', () => {
  it('moves a version on, one step at a time, and tenants see it', async () => {
    const id = await component();
    await catalogue.publish(id, '2.0.0');
    const deprecated = await set(id, Lifecycle.DEPRECATED, { replacement: nameOf(id, '2.0.0') });
    expect(deprecated.component).toMatchObject({
      lifecycle: Lifecycle.DEPRECATED,
      lifecycleNote: { replacement: nameOf(id, '2.0.0'), forced: false },
    });
    await set(id, Lifecycle.SUNSET, { sunsetAt: later, reason: 'too slow' });
    const sunset = await registry.of('acme').components.getComponent({ tenant: 'tenants/acme', name: nameOf(id) });
    expect(sunset.component).toMatchObject({
      lifecycle: Lifecycle.SUNSET,
      lifecycleNote: { reason: 'too slow', replacement: nameOf(id, '2.0.0'), sunsetAt: later },
    });
    expect(await catalogue.find('acme', { text: id, lifecycles: [Lifecycle.SUNSET] })).toEqual([`${id} 1.0.0`]);
    await set(id, Lifecycle.ARCHIVED);
    expect(await catalogue.find('acme', { text: id })).toEqual([`${id} 2.0.0`]);
  });

  it('refuses to skip a step or to go back', async () => {
    const id = await component();
    const error = await refusal(set(id, Lifecycle.SUNSET, { sunsetAt: later, reason: 'x' }));
    expect(error).toMatchObject({ reason: 'LIFECYCLE_STEP_INVALID', metadata: { from: 'ACTIVE', to: 'SUNSET' } });
    await set(id, Lifecycle.DEPRECATED, { reason: 'old' });
    expect(await reasonOf(set(id, Lifecycle.ACTIVE))).toBe('LIFECYCLE_STEP_INVALID');
    expect(await reasonOf(set(id, Lifecycle.ARCHIVED))).toBe('LIFECYCLE_STEP_INVALID');
    expect(await reasonOf(set('nothing', Lifecycle.DEPRECATED, { reason: 'x' }))).toBe('COMPONENT_NOT_FOUND');
  });

  it('changes nothing for the same step with the same note, and the etag for another note', async () => {
    const id = await component();
    const first = await set(id, Lifecycle.DEPRECATED, { reason: 'old' });
    expect((await set(id, Lifecycle.DEPRECATED, { reason: 'old' })).component).toEqual(first.component);
    const noted = await set(id, Lifecycle.DEPRECATED, { reason: 'very old', etag: first.component?.etag ?? '' });
    expect(noted.component?.lifecycleNote).toMatchObject({
      reason: 'very old',
      changedAt: first.component?.lifecycleNote?.changedAt,
    });
    const stale = set(id, Lifecycle.DEPRECATED, { reason: 'older', etag: first.component?.etag ?? '' });
    expect(await reasonOf(stale)).toBe('ETAG_MISMATCH');
  });

  it('asks for what each step needs', async () => {
    const id = await component();
    expect(await fieldsOf(set(id, Lifecycle.DEPRECATED))).toEqual(['reason']);
    expect(await fieldsOf(set(id, Lifecycle.DEPRECATED, { reason: 'x', replacement: nameOf('none') }))).toEqual([
      'replacement',
    ]);
    const wrong = { replacement: nameOf(id), sunsetAt: new Date(0), force: true };
    expect(await fieldsOf(set(id, Lifecycle.DEPRECATED, wrong))).toEqual([
      'sunset_at',
      'reason',
      'replacement',
      'sunset_at',
    ]);
    expect(await fieldsOf(set(id, Lifecycle.SUNSET, { reason: 'x' }))).toEqual(['sunset_at']);
    expect(await fieldsOf(set(id, 0))).toEqual(['lifecycle']);
  });

  it('refuses to sunset what live deployments use, naming them, unless it is forced with a reason', async () => {
    const id = await component();
    await deploy('front', [nameOf(id)]);
    await set(id, Lifecycle.DEPRECATED, { reason: 'old' });
    const error = await refusal(set(id, Lifecycle.SUNSET, { sunsetAt: later }));
    expect(error.reason).toBe('VERSION_IN_USE');
    expect(error.details.preconditions?.map(({ subject }) => subject)).toEqual(['tenants/acme/deployments/front']);
    const forced = await set(id, Lifecycle.SUNSET, { sunsetAt: later, force: true, reason: 'a hole in it' });
    expect(forced.component?.lifecycleNote).toMatchObject({ forced: true, reason: 'a hole in it' });
    const events = await registry.eventsOf(nameOf(id), 'set_lifecycle');
    expect(events.at(-1)?.details).toMatchObject({ forced: true, live_deployments: 1, reason: 'a hole in it' });
  });

  it('tells who uses a version, changing nothing when it only validates', async () => {
    const id = await component();
    await catalogue.tenant('zeta');
    const grant = await catalogue.grant('zeta', id, '^1');
    await deploy('back', [nameOf(id)], 1n, 'zeta');
    const { usage } = registry.agent;
    for (const job of ['one', 'two']) {
      const { slot } = await usage.acquireJobSlot({
        tenant: 'tenants/acme',
        job: `tenants/acme/jobs/${id}-${job}`,
        component: nameOf(id),
      });
      if (job === 'one') {
        await usage.releaseJobSlot({ name: slot?.name ?? '', fencingToken: slot?.fencingToken ?? 0n, outcome: 1 });
      }
    }
    const { use, component: unchanged } = await set(id, Lifecycle.DEPRECATED, { reason: 'x', validateOnly: true });
    expect(unchanged?.lifecycle).toBe(Lifecycle.ACTIVE);
    expect(use).toMatchObject({
      grantedTenants: 2n,
      liveDeployments: 1n,
      runningJobs: 1n,
      recentJobs: 1n,
      truncated: false,
    });
    expect(use?.tenants.map(({ tenant }) => tenant)).toEqual(['tenants/zeta', 'tenants/acme']);
    expect(use?.tenants[0]).toMatchObject({ grants: [grant.name], deployments: ['tenants/zeta/deployments/back'] });
    expect(use?.tenants[1]).toMatchObject({ runningJobs: 1n, recentJobs: 1n, lastUsedAt: expect.any(Date) as Date });
  });

  it('counts no tenant that was deleted for good', async () => {
    const id = await component();
    await catalogue.tenant('omega');
    await catalogue.grant('omega', id);
    await deploy('last', [nameOf(id)], 1n, 'omega');
    await registry.admin.tenants.deleteTenant({ name: 'tenants/omega' });
    await set(id, Lifecycle.DEPRECATED, { reason: 'old' });
    // It may be undeleted, and then its deployment goes on.
    expect(await reasonOf(set(id, Lifecycle.SUNSET, { sunsetAt: later }))).toBe('VERSION_IN_USE');
    await registry.behind.elapse('tenants', 'purge_at', '31 days');
    const { use } = await set(id, Lifecycle.SUNSET, { sunsetAt: later });
    expect(use).toMatchObject({ grantedTenants: 1n, liveDeployments: 0n });
  });

  it('keeps archived versions for locks that hold them, and for the platform', async () => {
    const id = await component();
    const requirements = [{ component: `components/${id}`, selector: { $case: 'range' as const, value: '^1' } }];
    const tenant = 'tenants/acme';
    const { lock } = await registry.of('acme').components.resolveComponents({ tenant, requirements });
    await set(id, Lifecycle.DEPRECATED, { reason: 'old' });
    await set(id, Lifecycle.SUNSET, { sunsetAt: new Date() });
    const { components } = registry.of('acme');
    expect(await reasonOf(components.resolveComponents({ tenant, requirements }))).toBe('RESOLUTION_CONFLICT');
    await set(id, Lifecycle.ARCHIVED);
    expect(await reasonOf(components.getComponent({ tenant, name: nameOf(id) }))).toBe('COMPONENT_NOT_FOUND');
    expect((await components.resolveComponents({ tenant, requirements, lock })).lock).toEqual(lock);
    const lockedDigest = lock?.components[0]?.digest ?? '';
    const held = await components.getComponent({ tenant, name: nameOf(id), lockedDigest });
    expect(held.component?.lifecycle).toBe(Lifecycle.ARCHIVED);
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await reasonOf(components.getComponent({ tenant, name: nameOf(id), lockedDigest: other }))).toBe(
      'COMPONENT_NOT_FOUND',
    );
    const listed = await registry.admin.components.listComponentVersions({
      tenant: 'tenants/-',
      parent: `components/${id}`,
      showArchived: true,
    });
    expect(listed.components).toHaveLength(1);
  });

  it('hides a replacement that the tenant cannot see', async () => {
    const id = await component();
    await catalogue.publish('unseen', `1.0.${made}`);
    await set(id, Lifecycle.DEPRECATED, { replacement: nameOf('unseen', `1.0.${made}`) });
    const { component: seen } = await registry
      .of('acme')
      .components.getComponent({ tenant: 'tenants/acme', name: nameOf(id) });
    expect(seen?.lifecycleNote?.replacement).toBe('');
  });

  it('never lets a deployment begin on a version that is being sunset at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await component();
      await set(id, Lifecycle.DEPRECATED, { reason: 'old' });
      const [sunset, deployed] = await Promise.allSettled([
        set(id, Lifecycle.SUNSET, { sunsetAt: later }),
        deploy(`raced-${round}`, [nameOf(id)]),
      ]);
      expect([sunset.status, deployed.status].filter((status) => status === 'fulfilled')).toHaveLength(1);
    }
  });
});

describe('RecordDeploymentUse', () => {
  it('replaces what was recorded by word of a higher generation only', async () => {
    const [one, two] = [await component(), await component()];
    const first = await deploy('gen', [nameOf(two), nameOf(one), nameOf(one)], 5n);
    expect(first.use).toMatchObject({ components: [nameOf(one), nameOf(two)].sort(), generation: 5n });
    expect(await deploy('gen', [], 5n)).toEqual(first);
    expect(await deploy('gen', [], 4n)).toEqual(first);
    expect((await deploy('gen', [], 6n)).use?.components).toEqual([]);
    expect((await set(one, Lifecycle.DEPRECATED, { reason: 'x', validateOnly: true })).use?.liveDeployments).toBe(0n);
  });

  it('refuses versions that are new in the list, not those in use', async () => {
    const [one, two] = [await component(), await component()];
    await deploy('list', [nameOf(one)], 1n);
    await set(one, Lifecycle.DEPRECATED, { reason: 'x' });
    await set(one, Lifecycle.SUNSET, { sunsetAt: later, force: true, reason: 'x' });
    expect((await deploy('list', [nameOf(one), nameOf(two)], 2n)).use?.components).toHaveLength(2);
    expect(await reasonOf(deploy('other', [nameOf(one)], 1n))).toBe('VERSION_SUNSET');
    expect(await reasonOf(deploy('other', [nameOf('missing')], 1n))).toBe('COMPONENT_NOT_FOUND');
    await catalogue.publish('hidden-part', '1.0.0');
    expect(await reasonOf(deploy('other', [nameOf('hidden-part')], 1n))).toBe('COMPONENT_NOT_FOUND');
  });

  it('lets a suspended or deleted tenant end deployments, not begin them', async () => {
    const id = await component();
    await catalogue.tenant('paused');
    await catalogue.grant('paused', id);
    await deploy('web', [nameOf(id)], 1n, 'paused');
    await registry.admin.tenants.suspendTenant({ name: 'tenants/paused', reason: 'unpaid' });
    expect(await reasonOf(deploy('api', [nameOf(id)], 1n, 'paused'))).toBe('TENANT_SUSPENDED');
    expect((await deploy('web', [nameOf(id)], 2n, 'paused')).use?.generation).toBe(2n);
    await registry.admin.tenants.deleteTenant({ name: 'tenants/paused' });
    expect(await reasonOf(deploy('api', [nameOf(id)], 1n, 'paused'))).toBe('TENANT_DELETED');
    expect((await deploy('web', [], 3n, 'paused')).use?.components).toEqual([]);
  });

  it('keeps a record from other principals, and out of tenants that are none', async () => {
    const id = await component();
    await deploy('mine', [nameOf(id)]);
    await registry.behind.set('deployments', 'recorded_by', 'principals/other');
    expect(await reasonOf(deploy('mine', [], 2n))).toBe('DEPLOYMENT_TAKEN');
    expect(await reasonOf(deploy('mine', [], 1n, 'nobody'))).toBe('TENANT_NOT_FOUND');
    expect(await fieldsOf(deploy('No', ['x'], 0n))).toEqual(['deployment', 'components[0]', 'generation']);
  });
});

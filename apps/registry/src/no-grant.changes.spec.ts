// What a tenant was not granted it cannot change either, nor can it learn of it by going around the questions.
import { platformScope } from '@weir/context';
import {
  Clearance,
  ComponentServiceDefinition,
  Lifecycle,
  TenantServiceDefinition,
  UsageServiceDefinition,
} from '@weir/contracts/registry';
import { serviceToken } from '@weir/testing';
import { sql } from 'kysely';
import { catalogueOf, type Catalogue } from './testing/catalogue.ts';
import { outcomeOf } from './testing/failures.ts';
import {
  HIDDEN,
  NOTHING,
  OUTSIDER,
  startHiddenCatalogue,
  versionOf,
  type HiddenCatalogue,
} from './testing/hidden-catalogue.ts';
import { sampleVersion } from './testing/samples.ts';
import type { TestRegistry } from './testing/start-registry.ts';

let hidden: HiddenCatalogue;
let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  hidden = await startHiddenCatalogue();
  registry = hidden.registry;
  catalogue = catalogueOf(registry);
}, 60_000);
afterAll(() => hidden[Symbol.asyncDispose]());

const at = { tenant: OUTSIDER };
/** The RPCs of no-grant.spec.ts. */
const ASKED_ABOUT_COMPONENTS = 7;

/** The rows of everything that the outsider could want to change. */
const everything = (): Promise<string> =>
  registry.database.database.within(platformScope(), async (tx) => {
    const tables = ['tenants', 'components', 'versions', 'manifests', 'aliases', 'grants', 'visible_spans'];
    const rows = [
      ...tables,
      'catalogue_changes',
      'deployments',
      'deployment_versions',
      'job_slots',
      'usage_months',
    ].map(async (table) => (await sql`select * from ${sql.table(table)} order by 1, 2, 3`.execute(tx)).rows);
    return JSON.stringify(await Promise.all(rows), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  });

describe('a tenant without a grant', () => {
  it('changes nothing by any RPC, and is refused in the same words whatever it names', async () => {
    const before = await everything();
    const outsider = registry.of('outsider');
    const mutations: ((component: string, tenant: string) => Promise<unknown>)[] = [
      (id) => outsider.components.publishComponent({ component: sampleVersion(id, '3.0.0') }),
      (id) => outsider.components.setLifecycle({ name: versionOf(id), lifecycle: Lifecycle.DEPRECATED, reason: 'x' }),
      (id) => outsider.components.setAlias({ name: `components/${id}/aliases/mine`, version: versionOf(id) }),
      (id, tenant) => outsider.components.grantAccess({ grant: { tenant, component: `components/${id}`, range: '*' } }),
      (_, tenant) => outsider.components.revokeAccess({ name: `${tenant}/grants/g1`, reason: 'x' }),
      (_, tenant) => outsider.tenants.createTenant({ tenantId: tenant.slice(8) }),
      (_, tenant) => outsider.tenants.updateTenant({ tenant: { name: tenant }, updateMask: ['tier'] }),
      (_, tenant) => outsider.tenants.suspendTenant({ name: tenant, reason: 'x' }),
      (_, tenant) => outsider.tenants.resumeTenant({ name: tenant }),
      (_, tenant) => outsider.tenants.deleteTenant({ name: tenant, force: true }),
      (_, tenant) => outsider.tenants.undeleteTenant({ name: tenant }),
      (_, tenant) => outsider.tenants.listTenants({ pageToken: tenant }),
      (_, tenant) => outsider.tenants.getTenant({ name: tenant === OUTSIDER ? 'tenants/holder' : tenant }),
      (_, tenant) => outsider.usage.acquireJobSlot({ tenant, job: `${tenant}/jobs/one` }),
      (_, tenant) => outsider.usage.renewJobSlot({ name: `${tenant}/slots/one`, fencingToken: 1n }),
      (_, tenant) => outsider.usage.releaseJobSlot({ name: `${tenant}/slots/one`, fencingToken: 1n, outcome: 1 }),
      (id, tenant) =>
        outsider.usage.recordDeploymentUse({ deployment: `${tenant}/deployments/one`, components: [versionOf(id)] }),
      (_, tenant) => outsider.usage.getUsage({ tenant: tenant === OUTSIDER ? 'tenants/holder' : tenant }),
      (_, tenant) => outsider.usage.listUsage({ tenant: tenant === OUTSIDER ? 'tenants/-' : tenant }),
      (id, tenant) =>
        outsider.components.listGrants({
          tenant: tenant === OUTSIDER ? 'tenants/-' : tenant,
          component: `components/${id}`,
        }),
    ];
    for (const call of mutations) {
      const words = await Promise.all(
        [OUTSIDER, 'tenants/holder', 'tenants/nobody'].flatMap((tenant) =>
          ['never-granted', NOTHING].map(async (id) =>
            (await hidden.said(() => call(id, tenant), id))
              .replaceAll(tenant, 'it')
              .replaceAll(/tenants\/[a-z-]+/g, 'it'),
          ),
        ),
      );
      expect(words[0]).toMatch(/PLATFORM_ONLY|PERMISSION_MISSING|FOREIGN_TENANT|CALLER_NOT_ALLOWED/);
      expect(new Set(words).size).toBe(1);
    }
    expect(await everything()).toBe(before);
    // Whatever RPC is added has to be thought of here.
    const rpcs = [TenantServiceDefinition, ComponentServiceDefinition, UsageServiceDefinition].flatMap(({ methods }) =>
      Object.keys(methods),
    );
    expect(mutations.length + ASKED_ABOUT_COMPONENTS).toBe(rpcs.length);
  });

  it('learns nothing from services that act for it', async () => {
    const deployment = registry.as(serviceToken('deployment')).usage;
    const begin = (component: string) => () =>
      deployment.recordDeploymentUse({
        deployment: `${OUTSIDER}/deployments/one`,
        environment: 1,
        components: [versionOf(component)],
        generation: 1n,
      });
    for (const component of HIDDEN) {
      expect(await hidden.said(begin(component), component)).toBe(await hidden.said(begin(NOTHING), NOTHING));
    }
  });

  it('gets no further with a page token that it made up', async () => {
    const { components } = registry.of('outsider');
    const { nextPageToken } = await components.discoverComponents({ ...at, pageSize: 1 });
    const [bound] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString()) as string[];
    const forged = (...cursor: unknown[]): string =>
      Buffer.from(JSON.stringify([bound, ...cursor])).toString('base64url');
    for (const component of ['', ...HIDDEN, "'; select 1; --", '\u0000', '\ud800', 'z'.repeat(5_000)]) {
      const call = components.discoverComponents({ ...at, pageToken: forged(component, '~') }).then((page) => {
        for (const { name } of page.components) expect(name).toMatch(/^components\/open-part\//);
      });
      expect(await outcomeOf(call)).toMatch(/^served$|PAGE_TOKEN_INVALID/);
    }
    for (const cursor of [[], ['one'], [1, 2], [null, null], [{}, []]]) {
      expect(await outcomeOf(components.discoverComponents({ ...at, pageToken: forged(...cursor) }))).toBe(
        'PAGE_TOKEN_INVALID',
      );
    }
    const foreign = await registry
      .of('holder')
      .components.discoverComponents({ tenant: 'tenants/holder', pageSize: 1 });
    const stolen = components.discoverComponents({ ...at, pageToken: foreign.nextPageToken });
    expect(await outcomeOf(stolen)).toBe('PAGE_TOKEN_INVALID');
  });

  it('sees nothing of what happens to what is hidden, whether it lists, counts or watches', async () => {
    const outsider = registry.of('outsider');
    const look = () =>
      Promise.all([
        hidden.said(() => outsider.components.discoverComponents(at), 'nothing'),
        hidden.said(() => outsider.components.getFacets(at), 'nothing'),
        hidden.said(() => outsider.components.listGrants(at), 'nothing'),
      ]);
    const before = await look();
    const stop = new AbortController();
    const stream = outsider.components.watchComponents(at, { signal: stop.signal })[Symbol.asyncIterator]();
    const names: string[] = [];
    const next = async (): Promise<string> => {
      const { value } = (await stream.next()) as IteratorResult<
        { event?: { $case: string; value: unknown } },
        undefined
      >;
      const event = value?.event;
      if (event?.$case === 'put') names.push((event.value as { name: string }).name);
      return event?.$case ?? 'end';
    };
    while ((await next()) !== 'bookmark');

    await catalogue.publish('never-granted', '1.1.0', { capabilities: ['brand-new'] });
    await catalogue.publish('above-ceiling', '1.1.0', { clearance: Clearance.RESTRICTED });
    await catalogue.publish('brand-new-part', '1.0.0');
    await catalogue.grant('holder', 'brand-new-part');
    const { admin } = registry;
    await admin.components.setAlias({
      name: 'components/never-granted/aliases/next',
      version: versionOf('never-granted', '1.1.0'),
    });
    await admin.components.setLifecycle({
      name: versionOf('never-granted'),
      lifecycle: Lifecycle.DEPRECATED,
      reason: 'old',
    });
    await catalogue.tenant('newcomer');
    expect(await look()).toEqual(before);

    // The next thing that it hears is what it may hear.
    await catalogue.publish('open-part', '1.2.0');
    names.length = 0;
    expect(await next()).toBe('put');
    expect(names).toEqual([versionOf('open-part', '1.2.0')]);
    stop.abort();
  });
});

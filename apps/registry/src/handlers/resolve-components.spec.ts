import { platformScope } from '@weir/context';
import { Clearance, type Lock } from '@weir/contracts/registry';
import { contentDigest } from '../domain/canonical.ts';
import { catalogueOf, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf, refusal } from '../testing/failures.ts';
import { needs, wholeVersion } from '../testing/samples.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
  const { tenant, publish, grant } = catalogue;
  await tenant('acme');
  await publish('base', '1.0.0');
  await publish('base', '1.4.0');
  await publish('base', '2.0.0');
  await publish('left', '1.0.0', { dependencies: needs({ base: '>=1' }) });
  await publish('right', '1.0.0', { dependencies: needs({ base: '^1' }) });
  await publish('app', '1.0.0', { dependencies: needs({ left: '^1', right: '^1' }) });
  await publish('leaky', '1.0.0', { dependencies: needs({ hidden: '^1' }) });
  await publish('hidden', '1.0.0');
  await publish('top', '1.0.0', { clearance: Clearance.RESTRICTED });
  await publish('reaching', '1.0.0', { dependencies: needs({ top: '*' }) });
  for (const component of ['base', 'left', 'right', 'app', 'leaky', 'top', 'reaching']) await grant('acme', component);
}, 60_000);
afterAll(() => registry[Symbol.asyncDispose]());

const tenant = 'tenants/acme';
const wanting = (ranges: Readonly<Record<string, string>>) =>
  Object.entries(ranges).map(([component, value]) => ({
    component: `components/${component}`,
    selector: { $case: 'range' as const, value },
  }));
const resolve = (ranges: Readonly<Record<string, string>>, lock?: Lock) =>
  registry.of('acme').components.resolveComponents({ tenant, requirements: wanting(ranges), lock });

describe('ResolveComponents', () => {
  it('makes a lock of exact versions with their digests, whatever the order of the requirements', async () => {
    const { lock, components } = await resolve({ right: '*', app: '^1' });
    expect(lock?.components.map(({ name }) => name)).toEqual([
      'components/app/versions/1.0.0',
      'components/base/versions/1.4.0',
      'components/left/versions/1.0.0',
      'components/right/versions/1.0.0',
    ]);
    expect(lock?.components[2]?.dependencies).toEqual([
      { dependency: { component: 'components/base', range: '>=1' }, version: 'components/base/versions/1.4.0' },
    ]);
    expect(components.map(({ name, runtime }) => [name, runtime?.kind?.$case])).toEqual([
      ['components/app/versions/1.0.0', 'pipeline'],
      ['components/right/versions/1.0.0', 'pipeline'],
    ]);
    const base = await registry.of('acme').components.getComponent({ tenant, name: 'components/base/versions/1.4.0' });
    expect(lock?.components[1]?.digest).toBe(base.component?.digest);
    expect((await resolve({ app: '^1', right: '*' })).lock).toEqual(lock);
  });

  it('keeps to a lock when something newer is published', async () => {
    await catalogue.publish('moving', '1.0.0');
    await catalogue.grant('acme', 'moving');
    const { lock } = await resolve({ moving: '^1' });
    await catalogue.publish('moving', '1.1.0');
    expect((await resolve({ moving: '^1' }, lock)).lock).toEqual(lock);
    expect((await resolve({ moving: '^1' })).lock?.components[0]?.name).toBe('components/moving/versions/1.1.0');
    expect((await resolve({ moving: '>=1.1' }, lock)).lock?.components[0]?.name).toContain('1.1.0');
  });

  it('names the edges that conflict, with the reason of each', async () => {
    const error = await refusal(resolve({ left: '^1', base: '9.x' }));
    expect(error.reason).toBe('RESOLUTION_CONFLICT');
    expect(error.details.preconditions).toEqual([
      {
        type: 'NO_MATCHING_VERSION',
        subject: 'request -> components/base@9.x',
        description: 'no visible version matches; the highest visible one is 2.0.0',
      },
    ]);
  });

  it('says the same of a component that is not granted and of one that does not exist', async () => {
    const hidden = await refusal(resolve({ hidden: '*' }));
    const missing = await refusal(resolve({ missing: '*' }));
    expect(hidden.details.preconditions?.[0]?.type).toBe('NOT_VISIBLE');
    expect(JSON.stringify(hidden.details).replaceAll('hidden', 'missing')).toBe(JSON.stringify(missing.details));
    const inner = await refusal(resolve({ leaky: '*' }));
    expect(inner.details.preconditions?.[0]?.subject).toBe('components/leaky/versions/1.0.0 -> components/hidden@^1');
  });

  it('says the same of what is above the ceiling', async () => {
    const error = await refusal(resolve({ reaching: '*' }));
    expect(error.details.preconditions?.[0]?.type).toBe('NOT_VISIBLE');
    const platform = registry.admin.components.resolveComponents({
      tenant: 'tenants/-',
      requirements: wanting({ reaching: '*' }),
    });
    expect((await refusal(platform)).details.preconditions?.[0]?.type).toBe('CLEARANCE_EXCEEDED');
  });

  it('refuses a lock that was changed by hand, and digests that do not hold', async () => {
    const { lock } = await resolve({ base: '^1' });
    if (!lock) throw new Error('no lock');
    const changed = {
      ...lock,
      components: lock.components.map((item) => ({ ...item, digest: `sha256:${'0'.repeat(64)}` })),
    };
    expect(await fieldsOf(resolve({ base: '^1' }, changed))).toEqual(['lock.digest']);
    const error = await refusal(resolve({ base: '^1' }, { ...changed, digest: '' }));
    expect(error.details.preconditions?.[0]?.type).toBe('DIGEST_MISMATCH');
  });

  it('refuses requirements that make no sense', async () => {
    const requirements = [
      ...wanting({ base: '^1', left: 'latest please' }),
      { component: 'components/right', selector: { $case: 'alias' as const, value: 'No' } },
      { component: 'components/app' },
    ];
    expect(await fieldsOf(registry.of('acme').components.resolveComponents({ tenant, requirements }))).toEqual([
      'requirements[1].range',
      'requirements[2].alias',
      'requirements[3].selector',
    ]);
    const twice = [...wanting({ base: '^1' }), ...wanting({ base: '^2' })];
    const repeated = registry.of('acme').components.resolveComponents({ tenant, requirements: twice });
    expect(await fieldsOf(repeated)).toEqual(['requirements[1].component']);
    expect(await reasonOf(registry.of('acme').components.resolveComponents({ tenant }))).toBe('INVALID_ARGUMENT');
  });

  it('stays readable when a graph of hundreds of edges cannot be met', async () => {
    const missing = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`missing-component-number-${at}`, '^1']));
    for (let at = 0; at < 4; at += 1) {
      await catalogue.publish(`wide-${at}`, '1.0.0', { dependencies: needs(missing) });
      await catalogue.grant('acme', `wide-${at}`);
    }
    const error = await refusal(resolve({ 'wide-0': '*', 'wide-1': '*', 'wide-2': '*', 'wide-3': '*' }));
    expect(error.reason).toBe('RESOLUTION_CONFLICT');
    expect(error.details.preconditions?.length).toBeGreaterThan(0);
  });

  it('resolves a graph 1,000 deep', async () => {
    const { database, stores } = registry;
    const scope = platformScope();
    await database.database.transaction(scope, async () => {
      for (let at = 0; at < 1_000; at += 1) {
        const dependencies = at < 999 ? needs({ [`deep-${at + 1}`]: '^1' }) : [];
        const manifest = wholeVersion(`deep-${at}`, '1.0.0', { dependencies });
        await stores.components.publish(scope, manifest, contentDigest(manifest), 'principals/admin');
      }
    });
    const requirements = wanting({ 'deep-0': '*' });
    const { lock } = await registry.admin.components.resolveComponents({ tenant: 'tenants/-', requirements });
    expect(lock?.components).toHaveLength(1_000);
  });
});

import { Clearance } from '@weir/contracts/registry';
import { catalogueOf, shortName, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, refusal } from '../testing/failures.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
  await catalogue.tenant('acme');
  for (const version of ['1.0.0', '1.2.0', '1.10.0-rc.1', '1.10.0+build.7', '2.0.0']) {
    await catalogue.publish('tool', version);
  }
  await catalogue.publish('secret', '1.0.0', { clearance: Clearance.RESTRICTED });
  await catalogue.publish('other', '1.0.0');
  await catalogue.grant('acme', 'tool', '^1');
  await catalogue.grant('acme', 'secret');
}, 60_000);
afterAll(() => registry[Symbol.asyncDispose]());

const get = (name: string, tenant = 'tenants/acme', clients = registry.of('acme')) =>
  clients.components.getComponent({ tenant, name: `components/${name}` });

describe('GetComponent', () => {
  it('returns a version with its runtime', async () => {
    const { component } = await get('tool/versions/1.2.0');
    expect(component).toMatchObject({ name: 'components/tool/versions/1.2.0', publishedBy: '' });
    expect(component?.runtime?.kind?.$case).toBe('pipeline');
  });

  it('finds a version by its whole name only', async () => {
    expect((await get('tool/versions/1.10.0+build.7')).component?.name).toContain('+build.7');
    expect((await refusal(get('tool/versions/1.10.0'))).reason).toBe('COMPONENT_NOT_FOUND');
  });

  it.each(['tool/versions/2.0.0', 'tool/versions/1.10.0-rc.1', 'secret/versions/1.0.0', 'other/versions/1.0.0'])(
    'says the same of %s, which the tenant cannot see, as of what does not exist',
    async (name) => {
      const hidden = await refusal(get(name));
      const missing = await refusal(get('missing/versions/1.0.0'));
      expect(hidden).toMatchObject({ reason: 'COMPONENT_NOT_FOUND', code: missing.code });
      expect(hidden.message.replace(name, '')).toBe(missing.message.replace('missing/versions/1.0.0', ''));
    },
  );

  it('shows the platform and the services that act for a tenant what they may see', async () => {
    expect((await get('other/versions/1.0.0', 'tenants/-', registry.admin)).component?.publishedBy).toBe(
      'principals/admin',
    );
    expect((await get('tool/versions/1.2.0', 'tenants/acme', registry.agent)).component).toBeDefined();
    const hidden = await refusal(get('other/versions/1.0.0', 'tenants/acme', registry.agent));
    expect(hidden.reason).toBe('COMPONENT_NOT_FOUND');
  });

  it('refuses names that are none', async () => {
    expect(await fieldsOf(get('tool'))).toEqual(['name']);
    expect(await fieldsOf(get('tool/versions/1.0'))).toEqual(['name']);
    expect(await fieldsOf(get("tool/versions/1.0.0' or '1'='1"))).toEqual(['name']);
  });
});

describe('ListComponentVersions', () => {
  const list = async (request: object, clients = registry.of('acme')) => {
    const query = { tenant: 'tenants/acme', parent: 'components/tool', ...request };
    const { components } = await clients.components.listComponentVersions(query);
    return components.map(({ name }) => shortName(name).replace('tool ', ''));
  };

  it('lists what the tenant can see by precedence, highest first', async () => {
    expect(await list({})).toEqual(['1.10.0+build.7', '1.2.0', '1.0.0']);
    expect(await list({ tenant: 'tenants/-' }, registry.admin)).toEqual([
      '2.0.0',
      '1.10.0+build.7',
      '1.10.0-rc.1',
      '1.2.0',
      '1.0.0',
    ]);
  });

  it('keeps to a range', async () => {
    expect(await list({ range: '~1.2 || >=1.10.0' })).toEqual(['1.10.0+build.7', '1.2.0']);
    expect(await list({ range: '1.10.0-rc.1', tenant: 'tenants/-' }, registry.admin)).toEqual(['1.10.0-rc.1']);
    expect(await fieldsOf(list({ range: 'latest please' }))).toEqual(['range']);
  });

  it('is empty for what does not exist and for what is not visible', async () => {
    expect(await list({ parent: 'components/missing' })).toEqual([]);
    expect(await list({ parent: 'components/other' })).toEqual([]);
  });

  it('shows archived versions to the platform only', async () => {
    expect(await fieldsOf(list({ showArchived: true }))).toEqual(['show_archived']);
    expect(await list({ showArchived: true, tenant: 'tenants/-' }, registry.admin)).toHaveLength(5);
  });

  it('pages', async () => {
    const request = { tenant: 'tenants/acme', parent: 'components/tool', pageSize: 2 };
    const { components } = registry.of('acme');
    const first = await components.listComponentVersions(request);
    const second = await components.listComponentVersions({ ...request, pageToken: first.nextPageToken });
    expect(first.components).toHaveLength(2);
    expect(second.components.map(({ name }) => shortName(name))).toEqual(['tool 1.0.0']);
    expect(second.nextPageToken).toBe('');
  });
});

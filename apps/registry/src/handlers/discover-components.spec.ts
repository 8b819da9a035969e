import { platformScope } from '@weir/context';
import { Certification, Clearance, DataFormat, Lifecycle } from '@weir/contracts/registry';
import { sql } from 'kysely';
import { catalogueOf, shortName, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf } from '../testing/failures.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;

beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
  const { tenant, publish, grant } = catalogue;
  await tenant('acme');
  await tenant('globex');
  const formats = { csv: [DataFormat.CSV], columnar: [DataFormat.PARQUET, DataFormat.ARROW] };
  await publish('csv-profiler', '1.0.0', { dataFormats: formats.csv });
  await publish('csv-profiler', '1.10.0', { dataFormats: [...formats.csv, DataFormat.JSON] });
  await publish('csv-profiler', '1.9.0', { dataFormats: formats.csv, certifications: [Certification.GDPR] });
  await publish('csv-profiler', '2.0.0-rc.1', { dataFormats: formats.csv });
  await publish('pii-masker', '1.0.0', {
    displayName: 'Größen masker',
    description: 'Hides e-mail addresses; GDPR-ready.',
    capabilities: ['masking', 'stream_processing'],
    dataFormats: formats.columnar,
    clearance: Clearance.CONFIDENTIAL,
    certifications: [Certification.GDPR, Certification.HIPAA],
  });
  await publish('top-secret', '1.0.0', { clearance: Clearance.RESTRICTED, capabilities: ['masking'] });
  for (const component of ['csv-profiler', 'pii-masker', 'top-secret']) await grant('acme', component);
  await grant('globex', 'csv-profiler', '~1.9.0');
}, 60_000);
afterAll(() => registry[Symbol.asyncDispose]());

const profilers = ['csv-profiler 1.10.0', 'csv-profiler 1.9.0', 'csv-profiler 1.0.0'];

describe('DiscoverComponents', () => {
  it('shows what was granted, within the ceiling, by component and precedence', async () => {
    expect(await catalogue.find('acme')).toEqual([...profilers, 'pii-masker 1.0.0']);
    expect(await catalogue.find('globex')).toEqual(['csv-profiler 1.9.0']);
    expect(await catalogue.find('-')).toEqual([
      'csv-profiler 2.0.0-rc.1',
      ...profilers,
      'pii-masker 1.0.0',
      'top-secret 1.0.0',
    ]);
  });

  it.each([
    ['all capabilities', { capabilities: ['masking', 'stream_processing'] }, ['pii-masker 1.0.0']],
    ['a capability nobody has', { capabilities: ['flying'] }, []],
    ['any format', { dataFormats: [DataFormat.JSON, DataFormat.ARROW] }, ['csv-profiler 1.10.0', 'pii-masker 1.0.0']],
    ['a minimum clearance', { minClearance: Clearance.CONFIDENTIAL }, ['pii-masker 1.0.0']],
    ['one certification', { certifications: [Certification.GDPR] }, ['csv-profiler 1.9.0', 'pii-masker 1.0.0']],
    ['all certifications', { certifications: [Certification.GDPR, Certification.HIPAA] }, ['pii-masker 1.0.0']],
    ['lifecycles', { lifecycles: [Lifecycle.DEPRECATED, Lifecycle.SUNSET] }, []],
    ['a word of the id', { text: 'PROFILER' }, profilers],
    ['words of several fields in any order', { text: 'masking größen' }, ['pii-masker 1.0.0']],
    ['the beginning of the last word', { text: 'masker gröss'.replace('ss', 'ß') }, ['pii-masker 1.0.0']],
    ['the beginning of another word', { text: 'mask größen' }, []],
    ['a part of a capability', { text: 'stream proc' }, ['pii-masker 1.0.0']],
    ['operators of text search as words', { text: "csv & !profiler | 'x':*" }, []],
    [
      'everything at once',
      {
        capabilities: ['masking'],
        dataFormats: [DataFormat.PARQUET],
        minClearance: Clearance.PUBLIC,
        certifications: [Certification.HIPAA],
        lifecycles: [Lifecycle.ACTIVE],
        text: 'gdpr',
      },
      ['pii-masker 1.0.0'],
    ],
  ])('filters by %s', async (_, filter, expected) => {
    expect(await catalogue.find('acme', filter)).toEqual(expected);
  });

  it('lists each version once, whatever the size of a page', async () => {
    for (const size of [1, 2, 3]) expect(await catalogue.find('acme', {}, size)).toEqual(await catalogue.find('acme'));
  });

  it('finds exactly what the view says that a tenant sees, whatever was granted', async () => {
    const { tenant, publish, grant } = catalogue;
    await tenant('patchwork', { clearanceCeiling: Clearance.INTERNAL });
    const parts = ['patch-one', 'patch-two', 'patch-six'];
    for (const [at, part] of parts.entries()) {
      for (const version of ['1.0.0', '1.1.0-rc.1', '1.1.0', '2.0.0', '10.0.0']) {
        const clearance = version === '2.0.0' ? Clearance.RESTRICTED : Clearance.PUBLIC;
        await publish(part, version, { clearance, description: `word${at}` });
      }
    }
    const soon = new Date(Date.now() + 3_600_000);
    await grant('patchwork', 'patch-one', '^1.0.0 || >=1.1.0-rc.1 <1.1.0');
    await grant('patchwork', 'patch-one', '>=1.1.0', soon);
    await grant('patchwork', 'patch-two', '*');
    await grant('patchwork', 'patch-six', '<2', soon);
    for (const [lifecycle, fields] of [
      [Lifecycle.DEPRECATED, { reason: 'old' }],
      [Lifecycle.SUNSET, { sunsetAt: new Date(Date.now() + 60_000) }],
      [Lifecycle.ARCHIVED, {}],
    ] as const) {
      const name = 'components/patch-two/versions/1.0.0';
      await registry.admin.components.setLifecycle({ name, lifecycle, ...fields });
    }
    const bySight = async (): Promise<string[]> => {
      const { rows } = await registry.database.database.within(platformScope(), (tx) =>
        sql<{ component: string; version: string }>`
          select component, version from visible_versions where tenant = 'patchwork' order by component, key desc`.execute(
          tx,
        ),
      );
      return rows.map(({ component, version }) => `${component} ${version}`);
    };
    for (const filter of [{}, { text: 'word' }, { minClearance: Clearance.PUBLIC, capabilities: ['profiling'] }]) {
      expect(await catalogue.find('patchwork', filter, 2)).toEqual(await bySight());
    }
    await registry.behind.elapse('visible_spans', 'expires_at', '2 hours');
    const left = await bySight();
    expect(left).not.toContain('patch-six 1.0.0');
    expect(await catalogue.find('patchwork', {}, 3)).toEqual(left);
  });

  it('leaves the runtime and the publisher out', async () => {
    const { components } = await registry.of('acme').components.discoverComponents({ tenant: 'tenants/acme' });
    expect(components[0]).toMatchObject({ publishedBy: '', displayName: 'CSV profiler' });
    expect(components[0]?.runtime).toBeUndefined();
  });

  it('keeps pages stable while versions are published and grants change', async () => {
    const { publish, grant, tenant } = catalogue;
    await tenant('busy');
    const before = Array.from({ length: 20 }, (_, at) => `busy-${String(at).padStart(2, '0')}`);
    for (const component of before) {
      await publish(component, '1.0.0');
      await grant('busy', component);
    }
    const client = registry.of('busy').components;
    const seen: string[] = [];
    let pageToken = '';
    for (let round = 0; round === 0 || pageToken !== ''; round += 1) {
      const page = await client.discoverComponents({ tenant: 'tenants/busy', pageSize: 3, pageToken });
      seen.push(...page.components.map(({ name }) => shortName(name)));
      pageToken = page.nextPageToken;
      await publish(before[round] ?? 'busy-99', '0.9.0');
      await publish(before[19 - round] ?? 'busy-98', '1.5.0');
    }
    const stable = seen.filter((name) => name.endsWith(' 1.0.0'));
    expect(stable).toEqual(before.map((component) => `${component} 1.0.0`));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('cuts a page before it outgrows a message', async () => {
    await catalogue.tenant('heavy');
    const parameters = Array.from({ length: 4 }, (_, at) => ({
      name: `p${at}`,
      type: 1 as const,
      defaultValue: { value: { $case: 'text' as const, value: 'x'.repeat(62_000) } },
    }));
    const versions = Array.from({ length: 20 }, (_, at) => `1.0.${at}`);
    for (const version of versions) await catalogue.publish('weighty', version, { parameters });
    await catalogue.grant('heavy', 'weighty');
    const client = registry.of('heavy').components;
    const first = await client.discoverComponents({ tenant: 'tenants/heavy', pageSize: 1_000 });
    expect(first.components.length).toBeLessThan(20);
    expect(first.nextPageToken).not.toBe('');
    expect(await catalogue.find('heavy', {}, 1_000)).toHaveLength(20);
  });

  it('refuses pages of other queries, and filters that cannot be', async () => {
    const { components } = registry.of('acme');
    const tenant = 'tenants/acme';
    const { nextPageToken: pageToken } = await components.discoverComponents({ tenant, pageSize: 1 });
    const other = components.discoverComponents({ tenant, pageToken, filter: { text: 'csv' } });
    expect(await reasonOf(other)).toBe('PAGE_TOKEN_INVALID');
    expect(
      await reasonOf(registry.of('globex').components.discoverComponents({ tenant: 'tenants/globex', pageToken })),
    ).toBe('PAGE_TOKEN_INVALID');
    const filter = { lifecycles: [Lifecycle.ARCHIVED], text: 'x'.repeat(201), capabilities: ['NO'] };
    expect(await fieldsOf(components.discoverComponents({ tenant, filter }))).toEqual([
      'filter.capabilities[0]',
      'filter.lifecycles',
      'filter.text',
    ]);
  });

  it('shows a tenant that does not exist nothing, and "tenants/-" to no tenant', async () => {
    const nobody = await registry.admin.components.discoverComponents({ tenant: 'tenants/nobody' });
    expect(nobody.components).toEqual([]);
    expect(await reasonOf(registry.of('acme').components.discoverComponents({ tenant: 'tenants/-' }))).toBe(
      'FOREIGN_TENANT',
    );
  });
});

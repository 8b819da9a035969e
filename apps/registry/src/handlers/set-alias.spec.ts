import { CompatibilityMode, DataFormat, FacetField, Lifecycle } from '@weir/contracts/registry';
import { catalogueOf, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf } from '../testing/failures.ts';
import { sampleVersion } from '../testing/samples.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
  await catalogue.tenant('acme');
  await catalogue.publish('tool', '1.0.0', {
    capabilities: ['a', 'b'],
    dataFormats: [DataFormat.CSV, DataFormat.JSON],
  });
  await catalogue.publish('tool', '1.1.0', { capabilities: ['a', 'c'] });
  await catalogue.publish('tool', '2.0.0', { capabilities: ['a', 'b', 'c'] });
  await catalogue.publish('other', '1.0.0', { capabilities: ['z'] });
  await catalogue.grant('acme', 'tool', '^1');
});
afterAll(() => registry[Symbol.asyncDispose]());

const name = 'components/tool/aliases/stable';
const version = (number: string) => `components/tool/versions/${number}`;
const point = (fields: object) => registry.admin.components.setAlias({ name, ...fields });
const tenant = 'tenants/acme';

describe('SetAlias', () => {
  it('points an alias at a version, which is then found by it', async () => {
    const { alias } = await point({ version: version('1.0.0') });
    expect(alias).toMatchObject({ name, version: version('1.0.0') });
    const { component } = await registry.of('acme').components.getComponent({ tenant, name });
    expect(component).toMatchObject({ name: version('1.0.0'), aliases: ['stable'] });
    expect(await point({ version: version('1.0.0') })).toEqual({ alias });
    const moved = await point({ version: version('1.1.0'), etag: alias?.etag });
    expect(moved.alias?.etag).not.toBe(alias?.etag);
    expect(await reasonOf(point({ version: version('1.0.0'), etag: alias?.etag }))).toBe('ETAG_MISMATCH');
  });

  it('that points at what a tenant cannot see does not exist for it', async () => {
    await point({ version: version('2.0.0') });
    const { components } = registry.of('acme');
    expect(await reasonOf(components.getComponent({ tenant, name }))).toBe('COMPONENT_NOT_FOUND');
    const selector = { $case: 'alias' as const, value: 'stable' };
    const requirements = [{ component: 'components/tool', selector }];
    expect(await reasonOf(components.resolveComponents({ tenant, requirements }))).toBe('RESOLUTION_CONFLICT');
    await point({ version: version('1.0.0') });
    const { lock } = await components.resolveComponents({ tenant, requirements });
    expect(lock?.requirements[0]).toMatchObject({ requirement: { selector }, version: version('1.0.0') });
  });

  it('removes an alias, also one that is not there', async () => {
    expect((await point({ version: '' })).alias?.version).toBe('');
    expect((await point({ version: '' })).alias?.version).toBe('');
    const never = await registry.admin.components.setAlias({ name: 'components/tool/aliases/never', version: '' });
    expect(never.alias).toMatchObject({ version: '', etag: '' });
    expect(await reasonOf(registry.of('acme').components.getComponent({ tenant, name }))).toBe('COMPONENT_NOT_FOUND');
  });

  it('refuses what is not there, archived, or of another component', async () => {
    expect(await reasonOf(point({ version: version('9.0.0') }))).toBe('COMPONENT_NOT_FOUND');
    expect(await fieldsOf(point({ version: 'components/other/versions/1.0.0' }))).toEqual(['version']);
    expect(await fieldsOf(registry.admin.components.setAlias({ name: 'tool', version: 'x' }))).toEqual([
      'name',
      'version',
    ]);
    await catalogue.publish('tool', '0.1.0');
    const step = (lifecycle: Lifecycle, fields: object = {}) =>
      registry.admin.components.setLifecycle({ name: version('0.1.0'), lifecycle, ...fields });
    await step(Lifecycle.DEPRECATED, { reason: 'old' });
    await step(Lifecycle.SUNSET, { sunsetAt: new Date() });
    await step(Lifecycle.ARCHIVED);
    expect(await reasonOf(point({ version: version('0.1.0') }))).toBe('VERSION_ARCHIVED');
  });
});

describe('GetFacets', () => {
  const facets = async (request: object, clients = registry.of('acme')) => {
    const answer = await clients.components.getFacets({ tenant, ...request });
    const short = answer.facets.map(({ field, values, omittedValues }) => [
      field,
      values.map(({ value, count }) => `${value} ${count}`).join(', '),
      omittedValues,
    ]);
    return { total: answer.totalVersions, facets: short };
  };

  it('counts exactly what the tenant would find', async () => {
    expect(await facets({})).toEqual({
      total: 2n,
      facets: [
        [FacetField.CAPABILITY, 'a 2, b 1, c 1', 0n],
        [FacetField.DATA_FORMAT, 'CSV 2, JSON 1', 0n],
        [FacetField.CLEARANCE, 'INTERNAL 2', 0n],
        [FacetField.CERTIFICATION, '', 0n],
        [FacetField.LIFECYCLE, 'ACTIVE 2', 0n],
      ],
    });
    const platform = await facets({ tenant: 'tenants/-', fields: [FacetField.CAPABILITY] }, registry.admin);
    expect(platform).toEqual({ total: 4n, facets: [[FacetField.CAPABILITY, 'a 3, b 2, c 2, z 1', 0n]] });
  });

  it('keeps to the filter, the fields asked for and their order, and tells how many values it left out', async () => {
    const fields = [FacetField.LIFECYCLE, FacetField.CAPABILITY];
    expect(await facets({ fields, maxValues: 1, filter: { dataFormats: [DataFormat.CSV] } })).toEqual({
      total: 2n,
      facets: [
        [FacetField.LIFECYCLE, 'ACTIVE 2', 0n],
        [FacetField.CAPABILITY, 'a 2', 2n],
      ],
    });
    expect((await facets({ filter: { capabilities: ['z'] } })).total).toBe(0n);
    expect((await facets({ filter: { text: 'nothing like it' } })).total).toBe(0n);
  });

  it('refuses fields that are named twice, and too many values', async () => {
    const fields = [FacetField.LIFECYCLE, FacetField.LIFECYCLE];
    expect(await fieldsOf(facets({ fields, maxValues: 1_001 }))).toEqual(['fields', 'max_values']);
  });
});

describe('CheckCompatibility', () => {
  const check = (request: object, clients = registry.of('acme')) =>
    clients.components.checkCompatibility({ tenant, mode: CompatibilityMode.BACKWARD, ...request });
  const published = (number: string) => ({ candidate: { $case: 'version' as const, value: version(number) } });

  it('names every difference from the version below', async () => {
    const { compatible, differences, baselines } = await check(published('1.1.0'));
    expect({ compatible, baselines }).toEqual({ compatible: false, baselines: [version('1.0.0')] });
    expect(differences.map(({ field, reason, breaking }) => `${field} ${reason} ${breaking}`)).toEqual([
      'capabilities CAPABILITY_ADDED false',
      'capabilities CAPABILITY_DROPPED true',
      'data_formats DATA_FORMAT_DROPPED true',
    ]);
  });

  it('judges a version that is not published, against those that the tenant can see', async () => {
    const component = sampleVersion('tool', '3.0.0', { capabilities: ['a', 'b', 'c'] });
    const candidate = { $case: 'component' as const, value: component };
    const { baselines } = await check({ candidate, mode: CompatibilityMode.FULL_TRANSITIVE });
    expect(baselines).toEqual([version('1.1.0'), version('1.0.0')]);
    const platform = await check({ tenant: 'tenants/-', candidate }, registry.admin);
    expect(platform).toMatchObject({ compatible: true, baselines: [version('2.0.0')] });
  });

  it('compares with the versions named instead', async () => {
    const request = { ...published('1.0.0'), baselines: [version('1.0.0'), version('1.1.0')] };
    const { baselines, differences } = await check({ ...request, mode: CompatibilityMode.NONE });
    expect(baselines).toEqual([version('1.1.0'), version('1.0.0')]);
    expect(differences.every(({ breaking }) => !breaking)).toBe(true);
    expect(await reasonOf(check({ ...request, baselines: [version('2.0.0')] }))).toBe('COMPONENT_NOT_FOUND');
  });

  it('has nothing to compare the lowest version with', async () => {
    const lowest = await check(published('1.0.0'));
    expect(lowest).toEqual({ compatible: true, differences: [], baselines: [] });
    expect(await reasonOf(check(published('2.0.0')))).toBe('COMPONENT_NOT_FOUND');
    expect(await fieldsOf(check({ mode: 0 }))).toEqual(['candidate', 'mode']);
  });
});

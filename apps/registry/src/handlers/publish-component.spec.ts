import { Certification, Clearance, CompatibilityMode, DataFormat, ScalarType } from '@weir/contracts/registry';
import { randomUUID } from 'node:crypto';
import { fieldsOf, outcomeOf, reasonOf, refusal } from '../testing/failures.ts';
import { needs, sampleVersion } from '../testing/samples.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

type Fields = NonNullable<Parameters<typeof sampleVersion>[2]>;
const publish = (component: string, version: string, fields: Fields = {}, compatibility?: CompatibilityMode) =>
  registry.admin.components.publishComponent({
    component: sampleVersion(component, version, fields),
    ...(compatibility !== undefined && { compatibility }),
  });

describe('PublishComponent', () => {
  it('keeps a version as it is, with defaults filled in and sets sorted', async () => {
    const { component, created } = await publish('csv-profiler', '1.0.0', {
      capabilities: ['profiling', 'cleaning', 'profiling'],
      dataFormats: [DataFormat.PARQUET, DataFormat.CSV],
      dependencies: needs({ zeta: '^1', alpha: '~2.1' }),
    });
    expect(created).toBe(true);
    expect(component).toMatchObject({
      capabilities: ['cleaning', 'profiling'],
      dataFormats: [DataFormat.CSV, DataFormat.PARQUET],
      dependencies: [{ component: 'components/alpha' }, { component: 'components/zeta' }],
      resources: { cpuMillicores: 2_000, memoryBytes: 2n ** 32n, ephemeralStorageBytes: 20n * 2n ** 30n },
      lineageTracking: true,
      publishedBy: 'principals/admin',
    });
    expect(component?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('answers the same content as the first time, however it is written', async () => {
    const first = await publish('stable', '1.0.0', { capabilities: ['a', 'b'], lineageTracking: true });
    const again = await publish('stable', '1.0.0', { capabilities: ['b', 'a'], resources: { cpuMillicores: 2_000 } });
    expect(again).toEqual({ component: first.component, created: false });
  });

  it('refuses other content under a version for ever', async () => {
    const { component } = await publish('frozen', '1.0.0');
    const error = await refusal(publish('frozen', '1.0.0', { description: 'Better.' }));
    expect(error.reason).toBe('VERSION_EXISTS');
    expect(error.metadata).toEqual({ name: 'components/frozen/versions/1.0.0', digest: component?.digest });
  });

  it('takes versions that differ in build metadata only for one', async () => {
    await publish('built', '1.0.0+linux');
    expect(await reasonOf(publish('built', '1.0.0+darwin'))).toBe('VERSION_EXISTS');
    expect(await reasonOf(publish('built', '1.0.0'))).toBe('VERSION_EXISTS');
    expect((await publish('built', '1.0.0+linux')).created).toBe(false);
  });

  it('lets exactly one of two publishers racing for a version win', async () => {
    for (let round = 0; round < 10; round += 1) {
      const racers = ['one', 'two', 'three', 'four'].map((description) =>
        outcomeOf(publish(`raced-${round}`, '1.0.0', { description })),
      );
      const outcomes = (await Promise.all(racers)).sort();
      expect(outcomes).toEqual(['VERSION_EXISTS', 'VERSION_EXISTS', 'VERSION_EXISTS', 'served']);
    }
  });

  it('lets racing publishers of the same content agree', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => publish('agreed', '1.0.0')));
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
  });

  it('repeats its answer for a repeated request_id', async () => {
    const request = { component: sampleVersion('repeated', '1.0.0'), requestId: randomUUID() };
    const first = await registry.admin.components.publishComponent(request);
    expect(await registry.admin.components.publishComponent(request)).toEqual(first);
    expect(first.created).toBe(true);
  });

  it('checks everything and keeps nothing when it only validates', async () => {
    const request = { component: sampleVersion('imagined', '1.0.0'), validateOnly: true };
    const { component } = await registry.admin.components.publishComponent(request);
    expect(component?.digest).toMatch(/^sha256:/);
    const { components } = await registry.admin.components.listComponentVersions({
      tenant: 'tenants/-',
      parent: 'components/imagined',
    });
    expect(components).toEqual([]);
  });

  it.each([
    '1.0',
    '01.0.0',
    'v1.0.0',
    ' 1.0.0',
    '1.0.0-',
    '1.0.0-01',
    '1.0.0+',
    '1.0.0-a..b',
    '99999999999999999999.0.0',
    '1.0.0-99999999999999999999',
    `1.0.0-${'a'.repeat(123)}`,
    '1.0.0-ä',
    '１.0.0',
    '1.0.0/../../x',
    "1.0.0'; drop table versions; --",
    `1.0.0-${'0.'.repeat(60)}a!`,
  ])('refuses the version %j', async (version) => {
    expect(await fieldsOf(publish('hostile', version))).toEqual(['component.name']);
  });

  it('names every broken field', async () => {
    const fields = await fieldsOf(
      registry.admin.components.publishComponent({
        component: {
          name: 'components/broken/versions/1.0.0',
          capabilities: ['Not One'],
          dataFormats: [],
          resources: { cpuMillicores: 1, memoryBytes: -1n, gpuMemoryBytes: 5n },
          certifications: [99 as Certification],
          dependencies: [...needs({ broken: '^1', other: 'not a range' }), ...needs({ other: '*' })],
          parameters: [
            { name: 'top', type: ScalarType.INTEGER, defaultValue: { value: { $case: 'text', value: 'x' } } },
          ],
        },
      }),
    );
    expect(fields).toEqual([
      'component.display_name',
      'component.capabilities[0]',
      'component.data_formats',
      'component.resources.cpu_millicores',
      'component.resources.memory_bytes',
      'component.resources.gpu_memory_bytes',
      'component.clearance',
      'component.certifications[0]',
      'component.dependencies[1].range',
      'component.dependencies[2].component',
      'component.parameters[0].default_value',
      'component.runtime',
    ]);
  });

  it('refuses lists of 10,000 capabilities, precisely and without choking', async () => {
    const capabilities = Array.from({ length: 10_000 }, (_, at) => `Capability ${at}`);
    const error = await refusal(publish('greedy', '1.0.0', { capabilities }));
    expect(error.details.violations).toEqual([
      { field: 'component.capabilities', description: 'must have at most 128' },
    ]);
  });

  it('refuses more than 256 KiB', async () => {
    const parameters = Array.from({ length: 5 }, (_, at) => ({
      name: `p${at}`,
      type: ScalarType.TEXT,
      defaultValue: { value: { $case: 'text' as const, value: 'x'.repeat(60_000) } },
    }));
    expect(await fieldsOf(publish('heavy', '1.0.0', { parameters }))).toEqual(['component']);
  });

  it('is for the platform', async () => {
    const call = registry.of('acme').components.publishComponent({ component: sampleVersion('smuggled', '1.0.0') });
    expect(await reasonOf(call)).toBe('PLATFORM_ONLY');
  });

  it('leaves an event with the digest, in the same transaction', async () => {
    const { component } = await publish('audited', '1.0.0');
    const events = await registry.eventsOf('components/audited/versions/1.0.0', 'publish_component');
    expect(events).toMatchObject([{ details: { digest: component?.digest } }]);
  });
});

describe('PublishComponent with a compatibility mode', () => {
  const wide = { capabilities: ['a', 'b'], dataFormats: [DataFormat.CSV, DataFormat.JSON] };

  it('BACKWARD refuses to drop what the highest lower version offers, naming each difference', async () => {
    await publish('kept', '1.0.0', { ...wide, certifications: [Certification.SOC2] });
    const narrow = { capabilities: ['a'], dataFormats: [DataFormat.CSV], clearance: Clearance.RESTRICTED };
    const error = await refusal(publish('kept', '1.1.0', narrow, CompatibilityMode.BACKWARD));
    expect(error.reason).toBe('VERSION_INCOMPATIBLE');
    expect(error.details.violations?.map(({ field, description }) => `${field} ${description.split(':')[0]}`)).toEqual([
      'component.capabilities CAPABILITY_DROPPED',
      'component.certifications CERTIFICATION_DROPPED',
      'component.clearance CLEARANCE_RAISED',
      'component.data_formats DATA_FORMAT_DROPPED',
    ]);
    expect((await publish('kept', '1.1.0', narrow)).created).toBe(true);
  });

  it('FULL refuses to add as well', async () => {
    await publish('closed', '1.0.0');
    const added = { capabilities: ['profiling', 'more'] };
    expect((await publish('closed', '1.1.0', added, CompatibilityMode.BACKWARD)).created).toBe(true);
    const again = { capabilities: ['profiling', 'more', 'most'] };
    expect(await reasonOf(publish('closed', '1.2.0', again, CompatibilityMode.FULL))).toBe('VERSION_INCOMPATIBLE');
  });

  it('compares with the version below, and with all of them when it is transitive', async () => {
    await publish('wavy', '1.0.0', wide);
    await publish('wavy', '1.1.0', { capabilities: ['a'] });
    await publish('wavy', '3.0.0', { capabilities: ['z'] });
    const next = { capabilities: ['a'] };
    const transitive = publish('wavy', '2.0.0', next, CompatibilityMode.BACKWARD_TRANSITIVE);
    expect(await reasonOf(transitive)).toBe('VERSION_INCOMPATIBLE');
    expect((await publish('wavy', '2.0.0', next, CompatibilityMode.BACKWARD)).created).toBe(true);
  });

  it('is not asked again for a version that is there', async () => {
    await publish('there', '1.0.0', wide);
    await publish('there', '1.1.0');
    expect((await publish('there', '1.1.0', {}, CompatibilityMode.FULL)).created).toBe(false);
  });
});

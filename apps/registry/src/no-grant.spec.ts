// What a tenant was not granted it can neither read nor infer: every answer about something hidden is compared, to the
// letter, with the answer about something that never was.
import { CompatibilityMode } from '@weir/contracts/registry';
import {
  HIDDEN,
  NOTHING,
  OUTSIDER,
  startHiddenCatalogue,
  versionOf,
  type HiddenCatalogue,
} from './testing/hidden-catalogue.ts';
import { sampleVersion } from './testing/samples.ts';
import type { RegistryClients } from './testing/start-registry.ts';

let hidden: HiddenCatalogue;
beforeAll(async () => {
  hidden = await startHiddenCatalogue();
}, 60_000);
afterAll(() => hidden[Symbol.asyncDispose]());

const digestOf = (component: string): string => hidden.digestOf(component);

type Calls = Record<string, (clients: RegistryClients, component: string) => readonly (() => Promise<unknown>)[]>;

const at = { tenant: OUTSIDER };

/** The first answers of a watch, until it says that everything was sent. */
async function watched(clients: RegistryClients, request: object): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const { event } of clients.components.watchComponents({ ...at, ...request })) {
    if (event?.$case === 'bookmark') break;
    events.push(event);
  }
  return events;
}

/** How a component is asked about, by each RPC that takes one from a tenant. */
const asked: Calls = {
  getComponent: ({ components }, component) => [
    () => components.getComponent({ ...at, name: versionOf(component) }),
    () => components.getComponent({ ...at, name: `components/${component}/aliases/stable` }),
    ...(component === 'only-archived'
      ? []
      : [() => components.getComponent({ ...at, name: versionOf(component), lockedDigest: digestOf(component) })]),
  ],
  listComponentVersions: ({ components }, component) => [
    () => components.listComponentVersions({ ...at, parent: `components/${component}` }),
    () => components.listComponentVersions({ ...at, parent: `components/${component}`, range: '^1.0.0' }),
  ],
  discoverComponents: ({ components }, component) =>
    filters(component).map((filter) => () => components.discoverComponents({ ...at, filter })),
  getFacets: ({ components }, component) =>
    [{}, ...filters(component)].map((filter) => () => components.getFacets({ ...at, filter })),
  resolveComponents: ({ components }, component) => {
    const wanted = (selector: { $case: 'range' | 'alias'; value: string }) => ({
      ...at,
      requirements: [{ component: `components/${component}`, selector }],
    });
    const lock = { components: [{ name: versionOf(component), digest: digestOf(component) }] };
    return [
      () => components.resolveComponents(wanted({ $case: 'range', value: '*' })),
      () => components.resolveComponents(wanted({ $case: 'alias', value: 'stable' })),
      ...(component === 'only-archived'
        ? []
        : [() => components.resolveComponents({ ...wanted({ $case: 'range', value: '*' }), lock })]),
    ];
  },
  checkCompatibility: ({ components }, component) => {
    const judged = sampleVersion(component, '1.1.0', { capabilities: ['other'] });
    const mode = CompatibilityMode.FULL_TRANSITIVE;
    const own = { $case: 'version' as const, value: versionOf('open-part', '1.1.0') };
    return [
      () =>
        components.checkCompatibility({ ...at, mode, candidate: { $case: 'version', value: versionOf(component) } }),
      () => components.checkCompatibility({ ...at, mode, candidate: { $case: 'component', value: judged } }),
      () => components.checkCompatibility({ ...at, mode, candidate: own, baselines: [versionOf(component)] }),
    ];
  },
  watchComponents: (clients, component) => [
    () => watched(clients, { component: `components/${component}` }),
    () => watched(clients, {}),
  ],
};

const filters = (component: string): object[] => [
  { text: component },
  { text: `secret of ${component}` },
  { capabilities: [`can-${component}`] },
];

describe.each(HIDDEN)('what is hidden: %s', (component) => {
  it.each(Object.keys(asked))('%s says what it says of a component that never was', async (rpc) => {
    const outsider = hidden.registry.of('outsider');
    const about = (name: string) => asked[rpc]?.(outsider, name) ?? [];
    for (const [index, call] of about(component).entries()) {
      const expected = await hidden.said(about(NOTHING)[index] ?? call, NOTHING);
      expect(await hidden.said(call, component)).toBe(expected);
    }
  });
});

describe('why its own component cannot be resolved', () => {
  it('is told in the same words, whether what it needs is hidden or not there', async () => {
    const why = (range: string, need: string): Promise<string> => {
      const requirements = [{ component: 'components/open-part', selector: { $case: 'range' as const, value: range } }];
      const { components } = hidden.registry.of('outsider');
      return hidden.said(() => components.resolveComponents({ ...at, requirements }), need);
    };
    const there = (await why('1.0.0', 'needed-part')).replaceAll('1.0.0', 'its version');
    expect(there).toContain('no such component, or no grant for it');
    expect(there).toBe((await why('1.1.0', 'absent-part')).replaceAll('1.1.0', 'its version'));
  });
});

import { Clearance, Lifecycle, type ComponentVersion, type WatchComponentsResponse } from '@weir/contracts/registry';
import { isReason, WeirError } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf, type Catalogue } from './testing/catalogue.ts';
import { startTestRegistry, type TestRegistry } from './testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
});
afterAll(() => registry[Symbol.asyncDispose]());

const TENANTS = ['red', 'blue'].map((colour) => `tenant-${colour}`);
const COMPONENTS = ['one', 'two', 'three'].map((number) => `part-${number}`);
const CHANGES = 60;

const pick = <T>(items: readonly T[]): T => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** Changes something at random; what is refused has changed nothing. */
async function change(at: number): Promise<void> {
  const { admin } = registry;
  const [tenant, component] = [pick(TENANTS), pick(COMPONENTS)];
  const version = { name: `components/${component}/versions/1.${Math.floor(Math.random() * at)}.0` };
  const moves: (() => Promise<unknown>)[] = [
    () => catalogue.publish(component, `1.${at}.0`, { clearance: pick([Clearance.PUBLIC, Clearance.CONFIDENTIAL]) }),
    () => catalogue.grant(tenant, component, pick(['*', '~1.1 || ~1.2', '>=1.10.0'])),
    async () => {
      const { grants } = await admin.components.listGrants({ tenant: `tenants/${tenant}` });
      if (grants.length > 0) await admin.components.revokeAccess({ name: pick(grants).name, reason: 'chance' });
    },
    () =>
      admin.tenants.updateTenant({
        tenant: { name: `tenants/${tenant}`, clearanceCeiling: pick([Clearance.PUBLIC, Clearance.RESTRICTED]) },
        updateMask: ['clearance_ceiling'],
      }),
    () => admin.components.setAlias({ name: `components/${component}/aliases/latest`, version: version.name }),
    () => admin.components.setLifecycle({ ...version, lifecycle: Lifecycle.DEPRECATED, reason: `chance ${at}` }),
    () => admin.components.setLifecycle({ ...version, lifecycle: Lifecycle.SUNSET, sunsetAt: new Date() }),
    () => admin.components.setLifecycle({ ...version, lifecycle: Lifecycle.ARCHIVED }),
  ];
  await pick(moves)().catch((error: unknown) => {
    if (!(error instanceof WeirError)) throw error;
  });
}

/** A watcher that loses its connection at random, and resumes from the last revision it received. */
class Watcher {
  readonly seen = new Map<string, ComponentVersion>();
  readonly #tenant: string;
  #revision = 0n;
  kills = 0;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async watch(ms: () => number): Promise<void> {
    const request = { tenant: `tenants/${this.#tenant}`, revision: this.#revision };
    if (this.#revision === 0n) this.seen.clear();
    const signal = AbortSignal.timeout(Math.ceil(ms()));
    try {
      for await (const response of registry.of(this.#tenant).components.watchComponents(request, { signal })) {
        this.#apply(response);
      }
    } catch (error) {
      if (!isReason(error, 'CANCELLED') && !isReason(error, 'DEADLINE_EXCEEDED') && !signal.aborted) throw error;
    }
    this.kills += 1;
  }

  #apply({ revision, event }: WatchComponentsResponse): void {
    if (event?.$case === 'put') this.seen.set(event.value.name, event.value);
    if (event?.$case === 'removed') this.seen.delete(event.value);
    if (revision > 0n) this.#revision = revision;
  }
}

/** What a fresh list gives. */
async function fresh(tenant: string): Promise<Map<string, ComponentVersion>> {
  const found = new Map<string, ComponentVersion>();
  let pageToken = '';
  do {
    const request = { tenant: `tenants/${tenant}`, pageToken };
    const page = await registry.of(tenant).components.discoverComponents(request);
    for (const component of page.components) found.set(component.name, component);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return found;
}

describe('watchers', () => {
  it('that are killed at random and resume end equal to a fresh list', async () => {
    for (const tenant of TENANTS) await catalogue.tenant(tenant);
    for (const component of COMPONENTS) await catalogue.publish(component, '1.0.0');
    const watchers = TENANTS.flatMap((tenant) => [new Watcher(tenant), new Watcher(tenant)]);
    let changing = true;
    const watching = watchers.map(async (watcher) => {
      while (changing) await watcher.watch(() => 20 + Math.random() * 150);
      await watcher.watch(() => 1_500);
    });
    const changers = [0, 1, 2].map(async (lane) => {
      for (let at = lane + 1; at <= CHANGES; at += 3) {
        await change(at);
        await wait(Math.random() * 10);
      }
    });
    await Promise.all(changers);
    changing = false;
    await Promise.all(watching);

    const sorted = (versions: Map<string, ComponentVersion>) => [...versions].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [index, watcher] of watchers.entries()) {
      const tenant = TENANTS[Math.floor(index / 2)] ?? '';
      expect(watcher.kills).toBeGreaterThan(2);
      expect(sorted(watcher.seen)).toEqual(sorted(await fresh(tenant)));
    }
  }, 120_000);
});

import type { WatchComponentsResponse } from '@weir/contracts/registry';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf, shortName, type Catalogue } from '../testing/catalogue.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
}, 60_000);
afterAll(() => registry[Symbol.asyncDispose]());

/** "tool 1.0.0" for a version that is there, else the kind of event. */
function told({ event }: WatchComponentsResponse): string {
  if (event?.$case === 'put') return shortName(event.value.name);
  if (event?.$case === 'bookmark' && event.value.snapshotComplete) return 'complete';
  return event?.$case ?? '';
}

describe('a change', () => {
  it('reaches every one of many tenants at once, also those that were busy with the change before', async () => {
    const component = 'heard-by-all';
    await catalogue.publish(component, '1.0.0');
    const tenants = Array.from({ length: 12 }, (_, at) => `listener-${at}`);
    for (const id of tenants) {
      await catalogue.tenant(id);
      await catalogue.grant(id, component);
    }
    const last = 'heard-by-all 1.15.0';
    let complete = 0;
    const listen = async (id: string): Promise<string[]> => {
      const heard: string[] = [];
      const stop = new AbortController();
      const request = { tenant: `tenants/${id}`, component: `components/${component}` };
      for await (const response of registry.of(id).components.watchComponents(request, { signal: stop.signal })) {
        heard.push(told(response));
        if (heard.at(-1) === 'complete') complete += 1;
        if (heard.at(-1) === last) break;
      }
      stop.abort();
      return heard;
    };
    const all = Promise.all(tenants.map(listen));
    while (complete < tenants.length) await wait(5);
    for (let minor = 1; minor <= 15; minor += 1) await catalogue.publish(component, `1.${minor}.0`);
    const published = Array.from({ length: 16 }, (_, minor) => `heard-by-all 1.${minor}.0`);
    for (const heard of await all) {
      // The grant may be told once more than the snapshot did: other transactions of the server decide what is settled.
      expect([...new Set(heard.filter((line) => line.startsWith('heard-by-all')))]).toEqual(published);
      // Nobody had to wait for the bookmark of a quiet half minute.
      expect(heard).not.toContain('bookmark');
    }
  }, 60_000);
});

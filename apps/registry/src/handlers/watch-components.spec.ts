import { platformScope } from '@weir/context';
import { Clearance, Lifecycle, type WatchComponentsResponse } from '@weir/contracts/registry';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { catalogueOf, shortName, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf } from '../testing/failures.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';
import { compact, expire } from '../watch/housekeeping.ts';
import { startChangeFeed } from '../watch/change-feed.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
});
afterAll(() => registry[Symbol.asyncDispose]());

/** What a watcher was told, in short: "+ tool 1.0.0", "- tool 1.0.0", "complete". */
function told({ event }: WatchComponentsResponse): string {
  if (event?.$case === 'put') return `+ ${shortName(event.value.name)}`;
  if (event?.$case === 'removed') return `- ${shortName(event.value)}`;
  return event?.value.snapshotComplete ? 'complete' : 'bookmark';
}

/** Watches until so many messages have come, bookmarks of quiet times aside. */
async function watch(tenant: string, count: number, request: object = {}): Promise<WatchComponentsResponse[]> {
  const clients = tenant === '-' ? registry.admin : registry.of(tenant);
  const responses: WatchComponentsResponse[] = [];
  const stop = new AbortController();
  const stream = clients.components.watchComponents(
    { tenant: `tenants/${tenant}`, ...request },
    { signal: stop.signal },
  );
  for await (const response of stream) {
    responses.push(response);
    if (responses.length >= count) break;
  }
  stop.abort();
  return responses;
}

/**
 * Watches until everything expected has been told, and returns all that was. What was told before may come again: a
 * revision is settled only once no older transaction of the database server runs.
 */
async function watchFor(
  tenant: string,
  request: object,
  expected: readonly string[],
): Promise<WatchComponentsResponse[]> {
  const responses: WatchComponentsResponse[] = [];
  const open = new Set(expected);
  const stop = new AbortController();
  const stream = registry
    .of(tenant)
    .components.watchComponents({ tenant: `tenants/${tenant}`, ...request }, { signal: stop.signal });
  for await (const response of stream) {
    responses.push(response);
    open.delete(told(response));
    if (open.size === 0) break;
  }
  stop.abort();
  return responses;
}

const last = (responses: readonly WatchComponentsResponse[]): bigint => responses.at(-1)?.revision ?? 0n;

let made = 0;
async function tenant(fields: object = {}): Promise<string> {
  const id = `watcher-${(made += 1)}`;
  await catalogue.tenant(id, fields);
  return id;
}
const own = (): string => `watched-${made}`;

describe('WatchComponents', () => {
  it('sends everything there is, then says so', async () => {
    const id = await tenant();
    await catalogue.publish(own(), '1.0.0');
    await catalogue.publish(own(), '1.1.0');
    await catalogue.grant(id, own());
    const responses = await watch(id, 3);
    expect(responses.map(told)).toEqual([`+ ${own()} 1.1.0`, `+ ${own()} 1.0.0`, 'complete']);
    expect(responses.map(({ revision }) => revision > 0n)).toEqual([false, false, true]);
    const [first] = responses;
    expect(first?.event?.$case === 'put' ? first.event.value.runtime : 'none').toBeUndefined();
  });

  it('sends each change to a watcher that resumes: published, aliased, moved, revoked, granted', async () => {
    const id = await tenant();
    const component = own();
    const name = `components/${component}/versions/1.0.0`;
    await catalogue.publish(component, '1.0.0');
    const grant = await catalogue.grant(id, component);
    let at = last(await watch(id, 2));
    const next = async (...expected: string[]): Promise<void> => {
      at = last(await watchFor(id, { revision: at }, expected));
    };
    await catalogue.publish(component, '1.1.0');
    await next(`+ ${component} 1.1.0`);
    await registry.admin.components.setAlias({ name: `components/${component}/aliases/stable`, version: name });
    await next(`+ ${component} 1.0.0`);
    const step = (lifecycle: Lifecycle, fields: object = {}) =>
      registry.admin.components.setLifecycle({ name, lifecycle, ...fields });
    await step(Lifecycle.DEPRECATED, { reason: 'old' });
    await next(`+ ${component} 1.0.0`);
    await step(Lifecycle.SUNSET, { sunsetAt: new Date() });
    await step(Lifecycle.ARCHIVED);
    await next(`- ${component} 1.0.0`);
    await registry.admin.components.revokeAccess({ name: grant.name, reason: 'done' });
    await next(`- ${component} 1.1.0`);
    await catalogue.grant(id, component);
    await next(`+ ${component} 1.1.0`);
  });

  it('follows the ceiling and deletion', async () => {
    const id = await tenant();
    const component = own();
    await catalogue.publish(component, '1.0.0', { clearance: Clearance.CONFIDENTIAL });
    await catalogue.publish(component, '0.9.0', { clearance: Clearance.PUBLIC });
    await catalogue.grant(id, component);
    let at = last(await watch(id, 3));
    const next = async (...expected: string[]): Promise<void> => {
      at = last(await watchFor(id, { revision: at }, expected));
    };
    const ceiling = (clearanceCeiling: Clearance) =>
      registry.admin.tenants.updateTenant({
        tenant: { name: `tenants/${id}`, clearanceCeiling },
        updateMask: ['clearance_ceiling'],
      });
    await ceiling(Clearance.INTERNAL);
    await next(`- ${component} 1.0.0`);
    await ceiling(Clearance.RESTRICTED);
    await next(`+ ${component} 1.0.0`);
    await registry.admin.tenants.deleteTenant({ name: `tenants/${id}` });
    await next(`- ${component} 0.9.0`, `- ${component} 1.0.0`);
    await registry.admin.tenants.undeleteTenant({ name: `tenants/${id}` });
    await next(`+ ${component} 0.9.0`, `+ ${component} 1.0.0`);
  });

  it('tells when a grant expires', async () => {
    const id = await tenant();
    const component = own();
    await catalogue.publish(component, '1.0.0');
    const end = new Date(Date.now() + 1_500);
    await catalogue.grant(id, component, '*', end);
    const at = last(await watch(id, 2));
    const gone = watchFor(id, { revision: at }, [`- ${component} 1.0.0`]);
    await wait(end.getTime() - Date.now() + 50);
    expect(await catalogue.find(id)).toEqual([]);
    await expire(registry.database.database);
    expect((await gone).map(told)).toContain(`- ${component} 1.0.0`);
  });

  it('tells nothing about what the tenant never could see', async () => {
    const id = await tenant();
    const component = own();
    await catalogue.publish(component, '1.0.0');
    await catalogue.grant(id, component, '^1');
    const at = last(await watch(id, 2));
    await catalogue.publish(component, '2.0.0');
    await catalogue.publish(component, '1.5.0', { clearance: Clearance.RESTRICTED });
    await catalogue.publish('unrelated', `1.0.${made}`);
    await registry.admin.components.setLifecycle({
      name: `components/${component}/versions/2.0.0`,
      lifecycle: Lifecycle.DEPRECATED,
      reason: 'x',
    });
    await catalogue.publish(component, '1.0.1');
    const responses = await watchFor(id, { revision: at }, [`+ ${component} 1.0.1`]);
    const names = new Set(responses.map(told).filter((text) => text !== 'bookmark'));
    expect([...names].filter((text) => !/ 1\.0\.[01]$/.test(text) || !text.includes(component))).toEqual([]);
  });

  it('sends a version again when the replacement that its note names comes into sight', async () => {
    const id = await tenant();
    const [old, better] = [own(), `better-${made}`];
    await catalogue.publish(old, '1.0.0');
    await catalogue.publish(better, '1.0.0');
    await catalogue.grant(id, old);
    const replacement = `components/${better}/versions/1.0.0`;
    await registry.admin.components.setLifecycle({
      name: `components/${old}/versions/1.0.0`,
      lifecycle: Lifecycle.DEPRECATED,
      replacement,
    });
    const at = last(await watch(id, 2));
    await catalogue.grant(id, better);
    const responses = await watchFor(id, { revision: at }, [`+ ${better} 1.0.0`, `+ ${old} 1.0.0`]);
    const sent = responses.flatMap(({ event }) => (event?.$case === 'put' ? [event.value] : []));
    expect(sent.findLast(({ name }) => name.includes(old))?.lifecycleNote?.replacement).toBe(replacement);
  });

  it('keeps to one component when asked', async () => {
    const id = await tenant();
    const [one, two] = [own(), `other-${made}`];
    for (const component of [one, two]) {
      await catalogue.publish(component, '1.0.0');
      await catalogue.grant(id, component);
    }
    const filter = { component: `components/${one}` };
    const first = await watch(id, 2, filter);
    expect(first.map(told)).toEqual([`+ ${one} 1.0.0`, 'complete']);
    await catalogue.publish(two, '1.1.0');
    await catalogue.publish(one, '1.1.0');
    const more = await watchFor(id, { ...filter, revision: last(first) }, [`+ ${one} 1.1.0`]);
    expect(more.map(told).filter((text) => text.includes(two))).toEqual([]);
  });

  it('asks for a fresh start when the revision is unknown or too old', async () => {
    const id = await tenant();
    const at = last(await watch(id, 1));
    expect(await reasonOf(watch(id, 1, { revision: at + 1_000_000n }))).toBe('REVISION_COMPACTED');
    expect(await fieldsOf(watch(id, 1, { revision: -1n, component: 'x' }))).toEqual(['revision', 'component']);
    await catalogue.publish(own(), '1.0.0');
    await registry.behind.elapse('catalogue_changes', 'at', '25 hours');
    const { database } = registry.database;
    const left = () =>
      database.within(platformScope(), (tx) => tx.selectFrom('catalogue_changes').select('id').limit(1).execute());
    // Other transactions of the server may still hold the last change back.
    while ((await left()).length > 0) await compact(database);
    expect(await reasonOf(watch(id, 1, { revision: at }))).toBe('REVISION_COMPACTED');
  });

  it('is refused to other tenants, and ends when the service stops', async () => {
    const id = await tenant();
    const foreign = async () => {
      for await (const _ of registry.of('acme').components.watchComponents({ tenant: `tenants/${id}` })) return;
    };
    expect(await reasonOf(foreign())).toBe('FOREIGN_TENANT');
    const feed = startChangeFeed(registry.database.database, pino({ level: 'silent' }));
    const { signal } = new AbortController();
    const waiting = reasonOf(feed.next({ tenant: id, revision: 2n ** 62n, mark: feed.mark(id), ms: 60_000, signal }));
    await feed[Symbol.asyncDispose]();
    expect(await waiting).toBe('SHUTTING_DOWN');
  });
});

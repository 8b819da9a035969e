import type { WatchRoutesResponse } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import { serviceToken, type TestDatabase } from '@weir/testing';
import type { Schema } from './store/schema.ts';
import { acmeOf, acmeWorld, failure, PARENT, rollOut, seconds, specOf } from './testing/acme.ts';
import {
  deploymentDatabase,
  engineer,
  startTestDeployment,
  until,
  type TestDeployment,
} from './testing/start-deployment.ts';

let database: TestDatabase<Schema>;
let service: TestDeployment;
const names: string[] = [];
let first: WatchRoutesResponse | undefined;

beforeAll(async () => {
  database = await deploymentDatabase();
  service = await startTestDeployment(database, acmeWorld());
  first = (await watch(0n, () => true)).at(-1);
  for (const environment of [Environment.DEVELOPMENT, Environment.STAGING, Environment.PRODUCTION]) {
    names.push(await rollOut(service, '1.0.0', { environment, strategy: { smokeDataset: '' } }));
  }
  for (const name of names) await until(acme(), name, ({ settled }) => settled);
}, 60_000);
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const acme = () => acmeOf(service);

/** Watches routes from a revision until `enough` says so. */
async function watch(revision: bigint, enough: (message: WatchRoutesResponse) => boolean) {
  const seen: WatchRoutesResponse[] = [];
  const routes = service.as(serviceToken('agent'));
  for await (const message of routes.watchRoutes({ revision }, { timeoutMs: 10_000 })) {
    seen.push(message);
    if (enough(message)) return seen;
  }
  return seen;
}

describe('lists', () => {
  it('come page by page, latest first, each deployment once', async () => {
    const first = await acme().listDeployments({ parent: PARENT, pageSize: 2 });
    const second = await acme().listDeployments({ parent: PARENT, pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.deployments, ...second.deployments].map(({ name }) => name)).toEqual(names.toReversed());
    expect(second.nextPageToken).toBe('');
    expect(first.deployments.every(({ history, checks }) => history.length + checks.length === 0)).toBe(true);
  });

  it('refuse a token of another query', async () => {
    const { nextPageToken } = await acme().listDeployments({ parent: PARENT, pageSize: 1 });
    const other = { parent: PARENT, pageToken: nextPageToken, environments: [Environment.STAGING] };
    expect((await failure(acme().listDeployments(other))).reason).toBe('PAGE_TOKEN_INVALID');
  });
});

describe('a watch', () => {
  it('of routes that do not exist yet has a revision to resume from, and misses none of them', async () => {
    expect(first).toMatchObject({ event: { $case: 'bookmark', value: { snapshotComplete: true } } });
    expect(first?.revision).toBeGreaterThan(0n);
    const environments = new Set<number>();
    await watch(first?.revision ?? 0n, ({ event }) => {
      if (event?.$case === 'put') environments.add(event.value.environment);
      return environments.size === 3;
    });
    expect([...environments].sort()).toEqual([1, 2, 3]);
  });

  it('of routes that is resumed ends equal to a fresh one', async () => {
    const fresh = await watch(0n, ({ event }) => event?.$case === 'bookmark');
    const newest = fresh.at(-1)?.revision ?? 0n;
    const replayed = await watch(1n, ({ revision }) => revision === newest);
    const last = new Map(
      replayed.flatMap(({ event }) => (event?.$case === 'put' ? [[event.value.environment, event.value]] : [])),
    );
    for (const { event } of fresh) {
      if (event?.$case === 'put' && last.has(event.value.environment)) {
        expect(last.get(event.value.environment)).toEqual(event.value);
      }
    }
    expect(fresh.filter(({ event }) => event?.$case === 'put')).toHaveLength(3);
  });

  it('from a revision that is yet to come is refused', async () => {
    const routes = service.as(serviceToken('agent')).watchRoutes({ revision: 1_000_000n });
    expect((await failure(routes[Symbol.asyncIterator]().next())).reason).toBe('REVISION_UNKNOWN');
    const deployment = acme().watchDeployment({ name: names[0] ?? '', revision: 1_000_000n });
    expect((await failure(deployment[Symbol.asyncIterator]().next())).reason).toBe('REVISION_UNKNOWN');
  });

  it('of a settled deployment ends at once where its last message was received', async () => {
    const name = names[0] ?? '';
    let revision = 0n;
    for await (const message of acme().watchDeployment({ name })) revision = message.revision;
    const again = acme().watchDeployment({ name, revision })[Symbol.asyncIterator]();
    expect(await again.next()).toMatchObject({ done: true });
  });
});

describe('a bad request', () => {
  it('is told every field that is broken', async () => {
    const spec = specOf('one', {
      component: 'flights',
      strategy: { abortAfter: seconds(0), minReadyReplicas: -1, smokeDataset: 'x' },
      container: { env: [{ name: 'TENANT_ID' }], minReplicas: 3, maxReplicas: 2 },
    });
    const { reason, details } = await failure(acme().createDeployment({ parent: PARENT, spec }));
    expect(reason).toBe('INVALID_ARGUMENT');
    expect(details.violations?.map(({ field }) => field)).toEqual(
      expect.arrayContaining([
        'spec.component',
        'spec.version',
        'spec.strategy.abort_after',
        'spec.strategy.min_ready_replicas',
        'spec.strategy.smoke_dataset',
        'spec.container.env[0].name',
      ]),
    );
  });

  it('of more ready replicas than there may be is refused', async () => {
    const spec = specOf('1.1.0', {
      strategy: { smokeDataset: '' },
      container: { resources: { cpuMillicores: 100, memoryBytes: 64n * 1024n ** 2n }, maxReplicas: 1 },
    });
    const tooMany = { ...spec, strategy: { ...spec.strategy, minReadyReplicas: 2 } };
    const { details } = await failure(acme().createDeployment({ parent: PARENT, spec: tooMany }));
    expect(details.violations?.map(({ field }) => field)).toEqual(['spec.strategy.min_ready_replicas']);
  });

  it('that only asks for a check starts nothing', async () => {
    const { deployment } = await acme().createDeployment({ parent: PARENT, spec: specOf('1.1.0'), validateOnly: true });
    expect(deployment).toMatchObject({ revisionNumber: 2n, phase: 1 });
    const missing = await failure(acme().getDeployment({ name: deployment?.name ?? '' }));
    expect(missing.reason).toBe('DEPLOYMENT_NOT_FOUND');
  });
});

describe('another tenant', () => {
  it('sees and changes nothing, and learns nothing of what exists', async () => {
    const other = service.as(engineer('other'));
    const name = names[0] ?? '';
    const refused = await Promise.all([
      failure(other.getDeployment({ name })),
      failure(other.getDeployment({ name: `${PARENT}/deployments/none` })),
      failure(other.listDeployments({ parent: PARENT })),
      failure(other.abortDeployment({ name, reason: 'mine' })),
      failure(other.rollbackDeployment({ name, reason: 'mine' })),
    ]);
    expect(refused.map(({ reason }) => reason)).toEqual(Array(5).fill('FOREIGN_TENANT'));
  });

  it('sees no row even when a query forgets to say whose', async () => {
    const counts = await database.database.within({ tenant: 'other' }, async (tx) => [
      (await tx.selectFrom('deployments').select('id').execute()).length,
      (await tx.selectFrom('lanes').select('tenant').execute()).length,
      (await tx.selectFrom('route_changes').select('tenant').execute()).length,
    ]);
    expect(counts).toEqual([0, 0, 0]);
  });
});

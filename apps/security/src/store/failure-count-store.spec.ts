import { Event, Outcome } from '@weir/contracts/audit';
import { testDatabase } from '@weir/testing';
import { failureIn, incidentFinder, type Failure } from '../domain/compliance/incidents.ts';
import { postgresFailureCountStore } from './postgres-failure-count-store.ts';
import { databaseMigrations, type Schema } from './schema.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const failed = (at: number, tenant = 'acme'): Event =>
  Event.fromPartial({
    id: `e-${at}`,
    time: new Date(START + (at % 10) * 60_000),
    tenant: `tenants/${tenant}`,
    resource: `tenants/${tenant}/keys/k${at % 3}`,
    type: 'data_decryption',
    outcome: Outcome.REFUSED,
    errorReason: 'DECRYPTION_FAILED',
  });
const failuresOf = (events: readonly Event[]): Failure[] => events.flatMap((event) => failureIn(event) ?? []);

it('counts what several replicas see: 20 failed decryptions are an incident, wherever they arrived', async () => {
  await using test = await testDatabase<Schema>({ migrations: databaseMigrations });
  const replicas = [0, 1, 2].map(() => ({ store: postgresFailureCountStore(test.database), finder: incidentFinder() }));
  const see = async (at: number, tenant?: string) => {
    const { store, finder } = replicas[at % 3] ?? {
      store: postgresFailureCountStore(test.database),
      finder: incidentFinder(),
    };
    const event = failed(at, tenant);
    return finder.judge(event, await store.add(tenant ?? 'acme', failuresOf([event])));
  };

  for (let at = 0; at < 19; at += 1) expect(await see(at)).toEqual([]);
  expect(await see(20, 'globex')).toEqual([]);

  const [incident] = await see(19);

  expect(incident).toMatchObject({ tenant: 'acme' });
  expect(new Set(incident?.auditEventIds)).toEqual(new Set(Array.from({ length: 20 }, (_, at) => `e-${at}`)));
  expect(incident?.resources.toSorted()).toEqual([0, 1, 2].map((key) => `tenants/acme/keys/k${key}`));
});

it('counts several of a moment at once, and knows since when', async () => {
  await using test = await testDatabase<Schema>({ migrations: databaseMigrations });
  const store = postgresFailureCountStore(test.database);
  const minute = START / 60_000;

  await store.add('acme', failuresOf([failed(1), failed(1), failed(2)]));
  const { minutes, first, recent } = await store.add('acme', failuresOf([failed(2), failed(3)]));

  expect([...minutes]).toEqual([
    [minute + 1, 2],
    [minute + 2, 2],
    [minute + 3, 1],
  ]);
  expect(first).toBe(minute + 1);
  expect(recent).toHaveLength(5);
});

import { outboxMigrations } from '@weir/audit-outbox';
import { platformScope } from '@weir/context';
import { testDatabase, type TestDatabase } from '@weir/testing';
import fc from 'fast-check';
import { decodePositions } from '../domain/search/positions.ts';
import { encodeRun, RUN_WIDTHS, type TermPositions } from '../domain/search/run.ts';
import { rangeOf } from '../log/search/gaps.ts';
import { postgresSearchStore } from './postgres-search-store.ts';
import { auditMigrations, type Schema } from './schema.ts';
import type { SearchStore } from './search-store.ts';

const WIDTH = RUN_WIDTHS[0];
const scope = platformScope();
// Few different bytes: then the four of a hash are found in the middle of others as well.
const byte = fc.constantFrom(0, 1, 255);
const hash = fc.tuple(byte, byte, byte, byte).map((bytes) => Buffer.from(bytes).readUInt32BE());
const positions = fc
  .uniqueArray(fc.nat(WIDTH - 1), { minLength: 1, maxLength: 20 })
  .map((list) => list.toSorted((a, b) => a - b));
const terms = fc.array(fc.tuple(hash, positions), { maxLength: 300 }).map((entries) => new Map(entries));

let test: TestDatabase<Schema>;
let searches: SearchStore;
beforeAll(async () => {
  test = await testDatabase<Schema>({ migrations: [outboxMigrations, auditMigrations] });
  searches = postgresSearchStore(test.database);
});
afterAll(() => test[Symbol.asyncDispose]());

let tenants = 0;
async function add(runs: readonly TermPositions[]): Promise<string> {
  const tenant = `t${(tenants += 1)}`;
  for (const [at, content] of runs.entries()) {
    const run = { start: BigInt(at * WIDTH), level: 0, ...encodeRun(content, WIDTH) } as const;
    const whole = { ...run, firstTime: undefined, lastTime: undefined, times: Buffer.alloc(0) };
    await searches.add(tenant, whole, rangeOf(run), 0n);
  }
  return tenant;
}

const named = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ start: BigInt(at * WIDTH), level: 0 }) as const);

describe('looking hashes up in runs', () => {
  it('finds the postings of each that is there, and nothing for any other', async () => {
    const law = fc.asyncProperty(
      terms,
      fc.uniqueArray(hash, { minLength: 1, maxLength: 20 }),
      async (map, strangers) => {
        const asked = [...new Set([...[...map.keys()].slice(0, 20), ...strangers])];
        const { present, places } = await searches.find(scope, await add([map]), named(1), [asked], 2 ** 20);
        expect([...present]).toEqual([0n]);
        const found = new Map(places.map((place) => [place.hash, decodePositions(place.postings ?? Buffer.alloc(0))]));
        expect(found).toEqual(new Map(asked.flatMap((one) => (map.has(one) ? [[one, map.get(one)]] : []))));
      },
    );
    await fc.assert(law, { numRuns: 25 });
  });

  it('leaves out runs without a hash of every group, and tells which runs are there', async () => {
    const tenant = await add([
      new Map([
        [1, [1]],
        [2, [2]],
      ]),
      new Map([[1, [3]]]),
      new Map([
        [2, [4]],
        [3, [5]],
      ]),
    ]);
    const { present, places } = await searches.find(scope, tenant, named(4), [[1, 3], [2]], 2 ** 20);
    expect([...present].toSorted()).toEqual([0n, 1_024n, 2_048n]);
    expect(places.map(({ start, hash: own }) => [Number(start), own])).toEqual([
      [0, 1],
      [0, 2],
      [2_048, 2],
      [2_048, 3],
    ]);
  });

  it('leaves postings beyond the budget to be asked for, in the order of the runs', async () => {
    const even = Array.from({ length: WIDTH / 2 }, (_, at) => 2 * at);
    const tenant = await add([new Map([[7, even]]), new Map([[7, even]])]);
    const [first, second] = named(2);
    const { places } = await searches.find(
      scope,
      tenant,
      [second, first].flatMap((run) => run ?? []),
      [[7]],
      200,
    );
    expect(places.map(({ start, postings }) => [Number(start), postings?.length])).toEqual([
      [1_024, 129],
      [0, undefined],
    ]);
    const [bytes] = await searches.postings(scope, tenant, places.slice(1));
    expect(decodePositions(bytes ?? Buffer.alloc(0))).toEqual(even);
  });
});

import fc from 'fast-check';
import { commonPositions } from './common-positions.ts';
import { mergeRuns } from './merge-runs.ts';
import { addPositions, ascending, decodePositions, encodePositions, keepCommon, noPositions } from './positions.ts';
import { encodeRun } from './run.ts';
import { termHash } from './terms.ts';

const WIDTH = 4_096;
const positions = fc
  .tuple(fc.uniqueArray(fc.nat(WIDTH - 1), { maxLength: 300 }), fc.boolean())
  .map(([list, dense]) =>
    dense ? Array.from({ length: WIDTH }, (_, at) => at).filter((at) => !list.includes(at)) : list,
  )
  .map((list) => list.toSorted((a, b) => a - b));
const terms = fc
  .dictionary(fc.string({ maxLength: 8 }), positions, { maxKeys: 300 })
  .map((named) => new Map(Object.entries(named).map(([term, list]) => [termHash(term), list])));

describe('positions', () => {
  it('come out as they went in, in few bytes', () => {
    fc.assert(
      fc.property(positions, (list) => {
        const bytes = encodePositions(list, WIDTH);
        expect(decodePositions(bytes)).toEqual(list);
        expect(bytes.length).toBeLessThanOrEqual(1 + WIDTH / 8);
      }),
    );
  });

  it('are united and intersected as sets are', () => {
    fc.assert(
      fc.property(positions, positions, positions, (a, b, c) => {
        const set = noPositions(WIDTH);
        for (const list of [a, b]) addPositions(set, encodePositions(list, WIDTH));
        const other = noPositions(WIDTH);
        addPositions(other, encodePositions(c, WIDTH));
        keepCommon(set, other);
        const expected = new Set(c.filter((at) => a.includes(at) || b.includes(at)));
        expect(ascending(set)).toEqual([...expected]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is in every group', () => {
  it('is what is in one of the sets of each, from the end', () => {
    const groups = fc.array(fc.array(positions, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: WIDTH }), (lists, below) => {
        const encoded = lists.map((group) => group.map((list) => encodePositions(list, WIDTH)));
        const isIn = (at: number) => lists.every((group) => group.some((list) => list.includes(at)));
        const expected = Array.from({ length: below }, (_, at) => at).filter(isIn);
        expect([...commonPositions(encoded, WIDTH, below)]).toEqual(expected.reverse());
      }),
      { numRuns: 50 },
    );
  });
});

describe('a run', () => {
  it('has the same bytes whether it was built at once or merged', () => {
    fc.assert(
      fc.property(terms, terms, (first, second) => {
        const merged = mergeRuns(
          [first, second].map((map, at) => ({ ...encodeRun(map, WIDTH), first: at * WIDTH })),
          2 * WIDTH,
        );
        const whole = new Map([...first].map(([hash, list]) => [hash, [...list]]));
        for (const [hash, list] of second)
          whole.set(hash, [...(whole.get(hash) ?? []), ...list.map((at) => at + WIDTH)]);
        expect(merged).toEqual(encodeRun(whole, 2 * WIDTH));
      }),
      { numRuns: 50 },
    );
  });
});

it('the first bits of term hashes are spread evenly', () => {
  const buckets = Array<number>(256).fill(0);
  for (let at = 0; at < 25_600; at += 1) {
    const bucket = termHash(`r:tenants/acme/jobs/job-${at}`) >>> 24;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(Math.max(...buckets)).toBeLessThan(200);
  expect(Math.min(...buckets)).toBeGreaterThan(40);
});

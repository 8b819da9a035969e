import fc from 'fast-check';
import { removedRanges } from './removed-ranges.ts';

const cuts = fc.uniqueArray(fc.nat(200), { maxLength: 20 }).map((list) => list.toSorted((a, b) => a - b));

describe('removed ranges', () => {
  it('know every leaf in them and no other', () => {
    fc.assert(
      fc.property(cuts, fc.nat(200), fc.nat(200), (edges, at, other) => {
        const ranges = edges.flatMap((start, place) => {
          const end = edges[place + 1];
          return place % 3 === 2 || end === undefined ? [] : [{ start: BigInt(start), end: BigInt(end) }];
        });
        const isIn = (index: number) => ranges.some(({ start, end }) => start <= index && index < end);
        const [from, to] = [Math.min(at, other), Math.max(at, other) + 1];
        const all = Array.from({ length: to }, (_, index) => index);
        const removed = removedRanges(ranges);

        expect(removed.has(BigInt(at))).toBe(isIn(at));
        expect(removed.countBelow(BigInt(to))).toBe(BigInt(all.filter(isIn).length));
        expect(removed.covers({ start: BigInt(from), end: BigInt(to) })).toBe(all.slice(from).every(isIn));
      }),
      { numRuns: 300 },
    );
  });
});

import fc from 'fast-check';
import { countMembers, firstMembers, membersOf, overlap, union, without } from './members.ts';

const indices = fc.uniqueArray(fc.nat(200), { maxLength: 60 });
const listed = (members: Buffer): number[] =>
  Array.from({ length: members.length * 8 }, (_, at) => at).filter(
    (at) => ((members[at >> 3] ?? 0) & (1 << (at & 7))) !== 0,
  );
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);

describe('a set of members', () => {
  it('is the set of the numbers that it was made of, whatever is done with it', () => {
    fc.assert(
      fc.property(indices, indices, (one, other) => {
        const [a, b] = [membersOf(one), membersOf(other)];
        const [setA, setB] = [new Set(one), new Set(other)];

        expect(listed(a)).toEqual(sorted(one));
        expect(countMembers(a)).toBe(one.length);
        expect(listed(union(a, b))).toEqual(sorted(setA.union(setB)));
        expect(listed(overlap(a, b))).toEqual(sorted(setA.intersection(setB)));
        expect(listed(without(a, b))).toEqual(sorted(setA.difference(setB)));
      }),
    );
  });

  it('has the first so many', () => {
    for (const size of [0, 1, 7, 8, 9, 10_000]) expect(countMembers(firstMembers(size))).toBe(size);
    expect(firstMembers(9)).toEqual(membersOf([0, 1, 2, 3, 4, 5, 6, 7, 8]));
  });
});

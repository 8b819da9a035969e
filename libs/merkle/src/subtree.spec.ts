import fc from 'fast-check';
import { cover, leavesOf } from './subtree.ts';

const range = fc
  .tuple(fc.bigInt(0n, 2n ** 62n), fc.bigInt(0n, 2n ** 20n))
  .map(([start, length]) => ({ start, end: start + length }));

describe('the cover of a range', () => {
  it('holds every leaf once, from left to right', () => {
    fc.assert(
      fc.property(range, ({ start, end }) => {
        let at = start;
        for (const subtree of cover({ start, end })) {
          expect(leavesOf(subtree).start).toBe(at);
          at = leavesOf(subtree).end;
        }
        expect(at).toBe(end);
      }),
    );
  });

  it('has no two subtrees that are halves of one', () => {
    fc.assert(
      fc.property(range, (leaves) => {
        const names = new Set(cover(leaves).map(({ level, number }) => `${level}/${number}`));
        for (const { level, number } of cover(leaves)) expect(names.has(`${level}/${number ^ 1n}`)).toBe(false);
      }),
    );
  });
});

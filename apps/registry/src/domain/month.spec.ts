import fc from 'fast-check';
import { durationOf, monthEnd, monthOf, msByMonth } from './month.ts';

describe('time that passes', () => {
  it('counts in the month in which it passes', () => {
    expect(msByMonth(new Date('2026-01-31T23:00:00Z'), new Date('2026-03-01T00:30:00Z'))).toEqual([
      { month: '2026-01', ms: 3_600_000 },
      { month: '2026-02', ms: 28 * 86_400_000 },
      { month: '2026-03', ms: 1_800_000 },
    ]);
  });

  it('is never lost between months', () => {
    const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2022-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const total = msByMonth(from, to).reduce((sum, { ms }) => sum + ms, 0);
        expect(total).toBe(to.getTime() - from.getTime());
      }),
    );
  });

  it('ends with the year where it must', () => {
    expect(monthOf(monthEnd('2026-12'))).toBe('2027-01');
    expect(durationOf(61_005)).toEqual({ seconds: 61n, nanos: 5_000_000 });
  });
});

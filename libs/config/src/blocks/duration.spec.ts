import fc from 'fast-check';
import { duration, formatDuration } from './duration.ts';

describe('duration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['8h', 28_800_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => expect(duration().parse(text)).toBe(ms));

  it.each(['8', 'h', '8 h', '-8h', '1.5h', '8hours', '8h x', '99999999999999d'])('refuses %s', (text) =>
    expect(duration().safeParse(text).success).toBe(false),
  );

  it('keeps to its bounds', () => {
    expect(duration({ max: 1000 }).safeParse('1s').success).toBe(true);
    expect(duration({ max: 1000 }).safeParse('1001ms').success).toBe(false);
  });

  it('reads what it writes', () => {
    fc.assert(fc.property(fc.nat({ max: 1e12 }), (ms) => duration().parse(formatDuration(ms)) === ms));
  });
});

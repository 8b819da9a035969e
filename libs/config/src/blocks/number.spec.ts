import { integer, ratio } from './number.ts';

describe('numbers', () => {
  it('reads whole numbers within bounds', () => {
    expect(integer().parse('42')).toBe(42);
    expect(integer({ min: -5 }).parse('-5')).toBe(-5);
    expect(['-1', '1.5', '1e3', '0x10', 'NaN', ' 1'].some((text) => integer().safeParse(text).success)).toBe(false);
    expect(integer({ min: 1, max: 3 }).safeParse('4').success).toBe(false);
  });

  it('reads a share from 0 to 1', () => {
    expect(['0', '1', '0.05', '.5'].map((text) => ratio().parse(text))).toEqual([0, 1, 0.05, 0.5]);
    expect(['1.1', '-0.1', '5%', '.'].some((text) => ratio().safeParse(text).success)).toBe(false);
  });
});

import { flag } from './flag.ts';

describe('flag', () => {
  it('reads the usual words, in any case', () => {
    expect(['true', '1', 'yes', 'ON'].map((text) => flag().parse(text))).toEqual([true, true, true, true]);
    expect(['false', '0', 'No', 'off'].map((text) => flag().parse(text))).toEqual([false, false, false, false]);
    expect(flag().safeParse('maybe').success).toBe(false);
  });
});

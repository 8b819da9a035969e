import { countArgument, timeArgument, wholeArgument } from './arguments.ts';

describe('what stands on the command line', () => {
  it('is read as what it is', () => {
    expect(timeArgument('2026-11-01').toISOString()).toBe('2026-11-01T00:00:00.000Z');
    expect(wholeArgument('0')).toBe(0n);
    expect(countArgument('20')).toBe(20);
  });

  it.each(['yesterday', '2026-13-01', ''])('is refused as a time when it is %j', (text) => {
    expect(() => timeArgument(text)).toThrow('is not a time: 2026-11-01 or');
  });

  it.each(['abc', '-1', '1.5', '', '1e3'])('is refused as a number when it is %j', (text) => {
    expect(() => wholeArgument(text)).toThrow('is not a whole number from 0 on');
  });

  it('is refused as a limit that lets nothing through', () => {
    expect(() => countArgument('0')).toThrow('at least 1');
  });
});

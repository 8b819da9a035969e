import { TimeWindow } from '@weir/contracts/security';
import { isInWindow, isTimeZone } from './time-window.ts';

const madrid = (startMinute: number, endMinute: number, days: TimeWindow['days'] = []): TimeWindow =>
  TimeWindow.fromPartial({ timeZone: 'Europe/Madrid', startMinute, endMinute, days });
const isOpen = (window: TimeWindow, time: string): boolean => isInWindow(window, new Date(time));

describe('a time window', () => {
  it('goes by the clock on the wall, in summer and in winter', () => {
    const office = madrid(9 * 60, 17 * 60);

    expect(
      ['2026-01-15T07:59:59Z', '2026-01-15T08:00:00Z', '2026-01-15T15:59:59Z', '2026-01-15T16:00:00Z'].map((time) =>
        isOpen(office, time),
      ),
    ).toEqual([false, true, true, false]);
    expect(['2026-07-15T06:59:59Z', '2026-07-15T07:00:00Z'].map((time) => isOpen(office, time))).toEqual([false, true]);
  });

  it('counts an hour that comes twice both times, and one that is left out never', () => {
    const night = madrid(2 * 60, 3 * 60);

    // On 25 October 2:00 to 3:00 comes at 0:00 UTC and again at 1:00 UTC; on 29 March it does not come.
    expect(
      ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z'].map((time) => isOpen(night, time)),
    ).toEqual([true, true, false]);
    expect(
      ['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', '2026-03-29T01:59:00Z'].map((time) => isOpen(night, time)),
    ).toEqual([false, false, false]);
  });

  it('that ends at or before its start ends on the next day', () => {
    const friday = madrid(22 * 60, 6 * 60, [5]);

    // 5 June 2026 is a Friday.
    expect(isOpen(friday, '2026-06-05T20:30:00Z')).toBe(true);
    expect(isOpen(friday, '2026-06-06T03:59:00Z')).toBe(true);
    expect(isOpen(friday, '2026-06-06T04:00:00Z')).toBe(false);
    expect(isOpen(friday, '2026-06-05T03:00:00Z')).toBe(false);
    expect(isOpen(friday, '2026-06-06T20:30:00Z')).toBe(false);
    expect(isOpen(madrid(600, 600, [5]), '2026-06-06T07:59:00Z')).toBe(true);
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Madrid', true],
    ['UTC', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Mars/Olympus', false],
    ['+01:00', false],
    ['', false],
  ])('%j: %s', (name, isOne) => {
    expect(isTimeZone(name)).toBe(isOne);
  });
});

import type { TimeWindow } from '@weir/contracts/security';

/** What a clock on the wall shows: the day of the week, 1 for Monday, and minutes since midnight. */
export interface WallTime {
  readonly day: number;
  readonly minute: number;
}

const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether a name is that of an IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return ZONE.test(name) && clockOf(name).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}

/** What the clocks of a time zone show at an instant. */
export function wallTime(timeZone: string, instant: Date): WallTime {
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(instant)) shown[type] = value;
  return { day: DAYS.indexOf(shown.weekday ?? '') + 1, minute: Number(shown.hour) * 60 + Number(shown.minute) };
}

/** Whether an instant is in a window. One that ends at or before its start ends on the next day. */
export function isInWindow({ timeZone, days, startMinute, endMinute }: TimeWindow, instant: Date): boolean {
  const { day, minute } = wallTime(timeZone, instant);
  const begins = (onDay: number): boolean => days.length === 0 || days.some((known) => known === onDay);
  if (endMinute > startMinute) return begins(day) && minute >= startMinute && minute < endMinute;
  const yesterday = day === 1 ? 7 : day - 1;
  return (begins(day) && minute >= startMinute) || (begins(yesterday) && minute < endMinute);
}

import type { DuckDBIntervalValue } from '@duckdb/node-api';

const MICROS = 1_000_000n;

/** Microseconds since the epoch as RFC 3339 in UTC, with as many digits as there are. */
export function timestampText(micros: bigint): string {
  const fraction = ((micros % MICROS) + MICROS) % MICROS;
  const seconds = (micros - fraction) / MICROS;
  const whole = new Date(Number(seconds) * 1000);
  // Beyond what a Date can hold there are only the infinities.
  if (Number.isNaN(whole.getTime())) return micros > 0n ? 'infinity' : '-infinity';
  return `${whole.toISOString().slice(0, -'.000Z'.length)}${digits(fraction)}Z`;
}

/** "2001-01-01 06:30:00" as ISO 8601. */
export const calendarText = (text: string): string => text.replace(/^(\S*\d) (?=\d)/, '$1T');

/** An interval as an ISO 8601 duration. */
export function intervalText({ months, days, micros }: DuckDBIntervalValue): string {
  const sign = micros < 0n ? '-' : '';
  const rest = micros < 0n ? -micros : micros;
  const time = rest === 0n ? '' : `T${sign}${rest / MICROS}${digits(rest % MICROS)}S`;
  const date = `${months === 0 ? '' : `${months}M`}${days === 0 ? '' : `${days}D`}`;
  return date === '' && time === '' ? 'PT0S' : `P${date}${time}`;
}

const digits = (fraction: bigint): string =>
  fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;

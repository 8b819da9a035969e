import type { z } from 'zod';
import { setting } from '../setting-kind.ts';
import { boundsText, readUnits, within, type Bounds } from './units.ts';

const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** "8h", "30s", "1h30m", "250ms": milliseconds. A bare number is refused, since its unit would be a guess. */
export function duration(bounds: Bounds = {}): z.ZodCodec<z.ZodString, z.ZodCustom<number>> {
  const allowed = `a duration, such as 250ms, 30s or 8h${boundsText(bounds, formatDuration)}`;
  return setting({ type: 'duration', allowed }, (text) => readWithin(text, bounds), formatDuration);
}

/** The form that `duration` reads: 5400000 is "1h30m". */
export function formatDuration(ms: number): string {
  let rest = ms;
  const parts = Object.entries(units).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join('') || '0s';
}

function readWithin(text: string, bounds: Bounds): number | undefined {
  const ms = readUnits(text, units);
  return ms !== undefined && within(ms, bounds) ? ms : undefined;
}

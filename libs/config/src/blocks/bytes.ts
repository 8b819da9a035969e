import type { z } from 'zod';
import { setting } from '../setting-kind.ts';
import { boundsText, readUnits, within, type Bounds } from './units.ts';

const binary = { TiB: 2 ** 40, GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1 };
const units = { ...binary, TB: 1e12, GB: 1e9, MB: 1e6, KB: 1e3, kB: 1e3 };

/** "4MiB", "500MB" or "4096": bytes; KiB is 1024 and KB is 1000. */
export function bytes(bounds: Bounds = {}): z.ZodCodec<z.ZodString, z.ZodCustom<number>> {
  const allowed = `a size, such as 4096, 512KiB or 4MiB${boundsText(bounds, formatBytes)}`;
  return setting({ type: 'size', allowed }, (text) => readWithin(text, bounds), formatBytes);
}

/** The form that `bytes` reads, in the largest unit that divides it: 4194304 is "4MiB". */
export function formatBytes(size: number): string {
  const [unit, factor] = Object.entries(binary).find(([, factor]) => size >= factor && size % factor === 0) ?? ['B', 1];
  return `${size / factor}${unit}`;
}

function readWithin(text: string, bounds: Bounds): number | undefined {
  const size = readUnits(/^\d+$/.test(text) ? `${text}B` : text, units);
  return size !== undefined && within(size, bounds) ? size : undefined;
}

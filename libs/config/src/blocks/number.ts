import type { z } from 'zod';
import { setting } from '../setting-kind.ts';
import { boundsText, within, type Bounds } from './units.ts';

/** A whole number; not negative unless `min` is. */
export function integer({ min = 0, max }: Bounds = {}): z.ZodCodec<z.ZodString, z.ZodCustom<number>> {
  const bounds = max === undefined ? { min } : { min, max };
  const read = (text: string): number | undefined => readNumber(/^-?\d{1,15}$/, text, bounds);
  return setting({ type: 'integer', allowed: `a whole number${boundsText(bounds, String)}` }, read, String);
}

/** A share from 0 to 1. */
export function ratio(): z.ZodCodec<z.ZodString, z.ZodCustom<number>> {
  const bounds = { min: 0, max: 1 };
  const read = (text: string): number | undefined => readNumber(/^\d?\.?\d{1,15}$/, text, bounds);
  return setting({ type: 'ratio', allowed: `a number${boundsText(bounds, String)}` }, read, String);
}

function readNumber(form: RegExp, text: string, bounds: Bounds): number | undefined {
  const value = form.test(text) ? Number(text) : Number.NaN;
  return within(value, bounds) ? value : undefined;
}

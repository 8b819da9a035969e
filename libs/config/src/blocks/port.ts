import type { z } from 'zod';
import { setting } from '../setting-kind.ts';

const kind = { type: 'port', allowed: 'a port, 0 to 65535 (0 takes any free one)' };

/** A TCP port; 0 takes any free one. */
export const port = (): z.ZodCodec<z.ZodString, z.ZodCustom<number>> => setting(kind, readPort, String);

/** Undefined when `text` is no port. */
export function readPort(text: string): number | undefined {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return value <= 65_535 ? value : undefined;
}

import { z } from 'zod';
import { kindOf, ofKind } from '../setting-kind.ts';

const split = z.codec(z.string(), z.array(z.string()), {
  decode: (text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  encode: (items) => items.join(','),
});

/** Values between commas, each read by `item`: "a, b" is ["a", "b"]. */
export function list<I extends z.ZodType<unknown, string> = z.ZodString>(item?: I) {
  const each = (item ?? z.string()) as I;
  const { type, allowed, secret } = kindOf(each);
  return ofKind(
    { type: `list of ${type}`, allowed: `values between commas, each ${allowed}`, ...(secret ? { secret } : {}) },
    split.pipe(z.array(each)),
  );
}

import { z } from 'zod';
import { ofKind } from '../setting-kind.ts';

const message = 'needs true or false';

/** true, 1, yes, on or false, 0, no, off. */
export const flag = (): z.ZodCodec<z.ZodString, z.ZodBoolean> =>
  ofKind(
    { type: 'flag', allowed: 'true or false' },
    z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'], error: message }),
  );

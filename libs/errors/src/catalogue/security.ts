import type { Reasons } from './reasons.ts';

/** Reasons that methods of the security service fail with. */
export const securityReasons = {} as const satisfies Reasons;

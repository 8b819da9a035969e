import type { Reasons } from './reasons.ts';

/** Reasons that methods of the registry service fail with. */
export const registryReasons = {} as const satisfies Reasons;

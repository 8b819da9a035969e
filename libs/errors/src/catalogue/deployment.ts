import type { Reasons } from './reasons.ts';

/** Reasons that methods of the deployment service fail with. */
export const deploymentReasons = {} as const satisfies Reasons;

import type { Reasons } from './reasons.ts';

/** Reasons that methods of the agent service fail with. */
export const agentReasons = {} as const satisfies Reasons;

import type { Reasons } from './reasons.ts';

/** Reasons that methods of the audit service fail with. */
export const auditReasons = {} as const satisfies Reasons;

import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that methods of the audit service fail with. */
export const auditReasons = {
  EVENT_ID_REUSED: {
    code: Code.ALREADY_EXISTS,
    message: 'the event id {id} is in use by a different event of {tenant}',
    hint: 'Give every event a UUID of its own.',
  },
} as const satisfies Reasons;

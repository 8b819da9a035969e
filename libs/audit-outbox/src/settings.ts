import { integer } from '@weir/config';

/** The settings of a service that leaves audit events. */
export const outboxSettings = {
  AUDIT_OUTBOX_LIMIT: integer({ min: 1 })
    .default(1_000_000)
    .describe('Audit events that may wait for the audit service; beyond it the service refuses new work.'),
};

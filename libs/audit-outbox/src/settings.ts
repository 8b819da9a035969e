import { flag, integer } from '@weir/config';

/** The settings of a service that leaves audit events. */
export const outboxSettings = {
  AUDIT_OUTBOX_LIMIT: integer({ min: 1 })
    .default(1_000_000)
    .describe('Audit events that may wait for the audit service; beyond it the service refuses new work.'),
  AUDIT_LOGGING: flag()
    .default(true)
    .describe('Whether calls leave audit events. Off leaves one that says so; nothing is on record from then on.'),
};

/** What a journal takes from them. */
export const journalOptions = (settings: { AUDIT_OUTBOX_LIMIT: number; AUDIT_LOGGING: boolean }) => ({
  limit: settings.AUDIT_OUTBOX_LIMIT,
  logging: settings.AUDIT_LOGGING,
});

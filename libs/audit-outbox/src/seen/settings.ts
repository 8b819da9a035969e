import { duration, list } from '@weir/config';

/** The settings of a service that remembers the heads of audit logs. */
export const seenCheckpointSettings = {
  AUDIT_CHECKPOINT_INTERVAL: duration({ min: 100 })
    .default(60_000)
    .describe('How often the heads of audit logs are compared with those that this service remembers.'),
  AUDIT_LOG_KEYS: list()
    .default([])
    .describe(
      'Verifier keys (vkeys) of any of the audit logs: heads must be signed by one of them. Default: the key of the first head seen.',
    ),
};

import { join } from 'node:path';
import { outboxSettings, seenCheckpointSettings } from '@weir/audit-outbox';
import { authSettings } from '@weir/auth';
import { addressSetting, identitySettings, tlsClientSettings } from '@weir/client';
import { duration } from '@weir/config';
import { databaseSettings } from '@weir/database';
import { rpcSettings } from '@weir/rpc';
import { telemetrySettings } from '@weir/telemetry';
import { z } from 'zod';

/** Every setting of the deployment service. */
export const settings = z.object({
  ...rpcSettings(7005),
  ...databaseSettings,
  ...telemetrySettings,
  OPS_LISTEN: telemetrySettings.OPS_LISTEN.default({ host: '127.0.0.1', port: 7105 }),
  ...outboxSettings,
  ...seenCheckpointSettings,
  ...authSettings,
  ...addressSetting('registry'),
  ...addressSetting('security'),
  ...addressSetting('audit'),
  ...addressSetting('agent'),
  ...identitySettings('deployment'),
  ...tlsClientSettings,
  WORKER_ENTRY: z
    .string()
    .optional()
    .describe("Program of a worker process of the local target. Default: the agent's worker in this workspace."),
  WORKER_START_TIMEOUT: duration({ min: 1_000, max: 600_000 })
    .default(30_000)
    .describe('How long a worker process may take until it is ready; then it is ended and started again.'),
  WORKER_STOP_GRACE: duration({ min: 0, max: 600_000 })
    .default(10_000)
    .describe('How long a worker process that is no longer wanted may take to end before it is killed.'),
});

/** What they parse to. */
export type Settings = z.output<typeof settings>;

/** How worker processes are run. Apps know each other by their processes only, so the default is a path. */
export const localTargetOptions = ({ WORKER_ENTRY, WORKER_START_TIMEOUT, WORKER_STOP_GRACE }: Settings) => ({
  entry: WORKER_ENTRY ?? join(import.meta.dirname, '../../agent/src/worker-main.ts'),
  startTimeoutMs: WORKER_START_TIMEOUT,
  stopGraceMs: WORKER_STOP_GRACE,
});

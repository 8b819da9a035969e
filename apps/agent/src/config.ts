import { outboxSettings } from '@weir/audit-outbox';
import { authSettings } from '@weir/auth';
import { addressSetting, identitySettings, tlsClientSettings } from '@weir/client';
import { bytes, duration, integer } from '@weir/config';
import { databaseSettings } from '@weir/database';
import { rpcSettings } from '@weir/rpc';
import { plaintextSetting } from './plaintext/plaintext-dir.ts';
import { telemetrySettings } from '@weir/telemetry';
import { z } from 'zod';

/** Every setting of the agent service. */
export const settings = z.object({
  ...rpcSettings(7004),
  ...databaseSettings,
  ...telemetrySettings,
  OPS_LISTEN: telemetrySettings.OPS_LISTEN.default({ host: '127.0.0.1', port: 7104 }),
  ...outboxSettings,
  ...authSettings,
  ...addressSetting('registry'),
  ...addressSetting('security'),
  ...addressSetting('audit'),
  ...addressSetting('deployment'),
  ...identitySettings('agent'),
  ...tlsClientSettings,
  ...plaintextSetting,
  LARGE_DATASET_BYTES: bytes()
    .default(1_000_000)
    .describe('Events about more data than this carry the flag large_dataset.'),
  MAX_CONCURRENT_RUNS: integer({ min: 1, max: 1000 })
    .default(8)
    .describe('Runs of all tenants that are at work at the same time; the others wait in the fair queue.'),
  QUEUE_CAPACITY: integer({ min: 1 }).default(1000).describe('Runs of all tenants that may wait.'),
  QUEUE_CAPACITY_PER_TENANT: integer({ min: 1 }).default(250).describe('Runs of one tenant that may wait.'),
  JOB_CAPACITY_PER_TENANT: integer({ min: 1 })
    .default(10_000)
    .describe('Jobs of one tenant that may wait; beyond it SubmitJob answers QUEUE_FULL.'),
  WORKER_POOL_SIZE: integer({ min: 1, max: 100 })
    .default(2)
    .describe('Worker processes that all tenants share; each runs one run at a time.'),
  WORKER_IDLE: duration().default(120_000).describe('After so long without work a worker process is ended.'),
  WORKER_START_TIMEOUT: duration().default(30_000).describe('How long a worker process may take until it is ready.'),
  INSTANCE_TTL: duration({ min: 1_000, max: 300_000 })
    .default(10_000)
    .describe('After so long without a sign of life an agent is taken for dead, and another one takes up its jobs.'),
  JOB_SLOT_TTL: duration({ min: 5_000, max: 300_000 })
    .default(15_000)
    .describe('How long a job slot outlives an agent that died; it is renewed every third of that time.'),
  RUN_MAX_DURATION: duration({ min: 1 })
    .default(600_000)
    .describe('How long a run may execute unless its tenant has a limit.'),
  RUN_MAX_MEMORY: bytes({ min: 64 * 1024 * 1024 })
    .default(1024 * 1024 * 1024)
    .describe('Memory that a run may use unless its tenant has a limit.'),
  RUN_MAX_ROWS: integer({ min: 1 })
    .default(1_000_000_000)
    .describe('Rows that a table of a run may have unless its tenant has a limit.'),
  RUN_MAX_FILES: integer({ min: 2 }).default(1000).describe('Files that a run may open unless its tenant has a limit.'),
  RUN_MAX_OUTPUT: bytes({ min: 1024 * 1024 })
    .default(10 * 1024 * 1024 * 1024)
    .describe('Bytes that a run may write, scratch files included, unless its tenant has a limit.'),
});

/** What the settings parse to. */
export type Settings = z.output<typeof settings>;

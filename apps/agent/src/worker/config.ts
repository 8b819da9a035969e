import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { authSettings } from '@weir/auth';
import { addressSetting, identitySettings, tlsClientSettings } from '@weir/client';
import { bytes, duration, integer } from '@weir/config';
import { RouteColour } from '@weir/contracts/agent';
import { rpcSettings } from '@weir/rpc';
import { telemetrySettings } from '@weir/telemetry';
import { z } from 'zod';
import { plaintextDirOf, plaintextSetting } from '../plaintext/plaintext-dir.ts';
import type { WorkerIdentity } from './identity.ts';

const anyPort = { host: '127.0.0.1', port: 0 };

/** Every setting of a worker process. */
export const settings = z.object({
  ...rpcSettings(0),
  // Its callers are services, which speak for all tenants.
  RATE_LIMIT_PER_MINUTE: integer({ min: 1 })
    .default(60_000)
    .describe('Calls that one service may make to a worker in a minute.'),
  ...telemetrySettings,
  OPS_LISTEN: telemetrySettings.OPS_LISTEN.default(anyPort),
  ...authSettings,
  ...addressSetting('security'),
  ...identitySettings('agent'),
  ...tlsClientSettings,
  ...plaintextSetting,
  WORKER_NAME: z.string().optional().describe('How operators know the worker. Default: worker-<process id>.'),
  WORKER_TENANT: z
    .string()
    .regex(/^tenants\/[a-z0-9-]+$/, 'needs "tenants/<id>"')
    .optional()
    .describe('The tenant that the worker is deployed for. Unset: a worker of the shared pool.'),
  WORKER_COMPONENT_VERSION: z
    .string()
    .optional()
    .describe('The component version that it is bound to, "components/<id>/versions/<semver>". Unset: any.'),
  WORKER_DIGEST: z.string().optional().describe('The content digest of that version. Unset: any.'),
  WORKER_DEPLOYMENT: z
    .string()
    .optional()
    .describe('The deployment that it belongs to, "tenants/<t>/deployments/<id>". Unset: not checked.'),
  WORKER_COLOUR: z
    .enum(['BLUE', 'GREEN'])
    .optional()
    .describe('The colour of the deployment that it belongs to. Unset: not checked.'),
  WORKER_CAPACITY: integer({ min: 1, max: 64 })
    .default(2)
    .describe('Runs at the same time, each in a process of its own; more are answered with WORKER_BUSY.'),
  WORKER_MEMORY: bytes({ min: 64 * 1024 * 1024 })
    .default(384 * 1024 * 1024)
    .describe('Memory of one run, beyond what its process holds idle, whatever the run asks for.'),
  WORKER_THREADS: integer({ min: 1, max: 256 }).optional().describe('Threads of one run. Default: one per processor.'),
  WORKER_ENGINE_IDLE: duration()
    .default(10_000)
    .describe('How long the process of a run waits for the next run of its tenant before it ends.'),
  WORKER_READY_FILE: z
    .string()
    .optional()
    .describe('File that {"listening": "<host>:<port>"} is written to once the worker takes runs.'),
});

/** What the settings parse to. */
export type Settings = z.output<typeof settings>;

const colours = { BLUE: RouteColour.BLUE, GREEN: RouteColour.GREEN } as const;

/** Who the worker is, as its settings say. */
export const identityOf = (settings: Settings): WorkerIdentity => ({
  tenant: settings.WORKER_TENANT,
  componentVersion: settings.WORKER_COMPONENT_VERSION,
  digest: settings.WORKER_DIGEST,
  deployment: settings.WORKER_DEPLOYMENT,
  colour: settings.WORKER_COLOUR ? colours[settings.WORKER_COLOUR] : RouteColour.UNSPECIFIED,
  name: settings.WORKER_NAME ?? `worker-${process.pid}`,
});

/** Where all workers of this state folder keep their scratch files. */
export const workersDirOf = ({ WEIR_STATE_DIR }: Settings): string => resolve(WEIR_STATE_DIR, 'workers');

/** Where this worker keeps its own. */
export const scratchRootsOf = (settings: Settings) => ({
  scratchRoot: join(workersDirOf(settings), String(process.pid)),
  plainScratchRoot: join(plaintextDirOf(settings), String(process.pid)),
});

/** Threads of one run. */
export const threadsOf = ({ WORKER_THREADS }: Settings): number => WORKER_THREADS ?? availableParallelism();

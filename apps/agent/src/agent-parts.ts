import type { AuditJournal } from '@weir/audit-outbox';
import { createClient, type Channel, type TlsClientSettings, type TokenSource } from '@weir/client';
import { DeploymentServiceDefinition } from '@weir/contracts/deployment';
import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Settings } from './config.ts';
import { datasetFiles } from './datasets/dataset-files.ts';
import { leftovers } from './datasets/leftovers.ts';
import { readerProcess } from './datasets/reader-process.ts';
import { workerProfiler } from './datasets/worker-profiler.ts';
import { agentDependencies } from './dependencies/dependencies.ts';
import { durationOf } from './domain/durations.ts';
import { fairQueue } from './domain/fair-queue.ts';
import { batchCalls } from './jobs/batch-calls.ts';
import { jobEvents } from './jobs/job-events.ts';
import { jobFeed } from './jobs/job-feed.ts';
import { startJobRunner } from './jobs/job-runner.ts';
import { workOnJobs } from './jobs/work-on-job.ts';
import { registryCatalogue } from './registry/registry-catalogue.ts';
import { registrySlots } from './registry/registry-slots.ts';
import { registryTenants } from './registry/registry-tenants.ts';
import { followRoutes } from './routes/follow-routes.ts';
import { runEngine } from './runs/run-engine.ts';
import { sharedRuns } from './runs/shared-runs.ts';
import { postgresStores } from './stores.ts';
import type { Schema } from './store/schema.ts';
import { agentWorkers, type WorkerStarter } from './workers/agent-workers.ts';

/** What an agent is made of. */
export type AgentParts = ReturnType<typeof buildAgent>;

/** What it is built with. */
export interface AgentOptions {
  readonly database: Database<Schema>;
  readonly journal: AuditJournal;
  readonly settings: Pick<Settings, AgentSetting>;
  readonly registry: Channel;
  readonly deployment: Channel;
  readonly tokens: TokenSource;
  readonly tls: Partial<TlsClientSettings>;
  readonly startWorker: WorkerStarter;
  readonly log: Logger;
  readonly metrics: Registry;
}

type AgentSetting =
  | 'WEIR_STATE_DIR'
  | 'LARGE_DATASET_BYTES'
  | 'MAX_CONCURRENT_RUNS'
  | 'QUEUE_CAPACITY'
  | 'QUEUE_CAPACITY_PER_TENANT'
  | 'JOB_CAPACITY_PER_TENANT'
  | 'WORKER_POOL_SIZE'
  | 'WORKER_IDLE'
  | 'JOB_SLOT_TTL'
  | 'RUN_MAX_DURATION'
  | 'RUN_MAX_MEMORY'
  | 'RUN_MAX_ROWS'
  | 'RUN_MAX_FILES'
  | 'RUN_MAX_OUTPUT';

/** Builds an agent; what it starts is disposed with `stack`. */
export function buildAgent(options: AgentOptions, stack: AsyncDisposableStack) {
  const { database, settings, registry, deployment, tokens, tls, startWorker, log, metrics } = options;
  const instance = randomUUID();
  const stores = postgresStores(database, instance);
  const files = datasetFiles(settings.WEIR_STATE_DIR);
  const dependencies = agentDependencies(metrics, settings.WORKER_POOL_SIZE);
  const tenants = registryTenants(createClient(TenantServiceDefinition, registry), dependencies.registry);
  const catalogue = registryCatalogue(createClient(ComponentServiceDefinition, registry), dependencies.registry);
  const usage = createClient(UsageServiceDefinition, registry);
  const keeper = {
    slots: registrySlots(usage, dependencies.registry, settings.JOB_SLOT_TTL),
    ttlMs: settings.JOB_SLOT_TTL,
  };
  const routes = stack.use(followRoutes(createClient(DeploymentServiceDefinition, deployment), dependencies.deployment));
  const workers = stack.use(agentWorkers({ settings, tokens, tls, startWorker, dependency: dependencies.workers }));
  const reader = stack.use(readerProcess());
  const queue = queueOf(settings);
  const limits = limitsOf(settings);
  const data = { ...stores, files, leftovers: leftovers(stores.contents, files) };
  const largeDatasetBytes = settings.LARGE_DATASET_BYTES;
  const runParts = { ...data, tenants, catalogue, keeper, routes, workers, queue, limits, largeDatasetBytes, log };
  const engine = runEngine(runParts);
  const profiler = workerProfiler({ ...data, workers, limits: messageOf(limits) });
  const feed = jobFeed();
  const events = jobEvents(database, options.journal);
  const jobParts = { ...stores, keeper, feed, engine, events, queue };
  const work = workOnJobs(jobParts);
  const jobRunner = stack.use(startJobRunner({ ...stores, feed, work, log }));
  return {
    ...runParts,
    reader,
    profiler,
    engine,
    sharedRuns: sharedRuns(engine, stores.answers),
    dependencies,
    feed,
    events,
    batchCalls: batchCalls(jobParts),
    jobRunner,
    jobCapacity: settings.JOB_CAPACITY_PER_TENANT,
  };
}

const queueOf = (settings: AgentOptions['settings']) =>
  fairQueue({
    permits: settings.MAX_CONCURRENT_RUNS,
    capacity: settings.QUEUE_CAPACITY,
    capacityPerTenant: settings.QUEUE_CAPACITY_PER_TENANT,
  });

const limitsOf = (settings: AgentOptions['settings']) => ({
  durationMs: settings.RUN_MAX_DURATION,
  memoryBytes: BigInt(settings.RUN_MAX_MEMORY),
  rows: BigInt(settings.RUN_MAX_ROWS),
  files: settings.RUN_MAX_FILES,
  outputBytes: BigInt(settings.RUN_MAX_OUTPUT),
});

const messageOf = (limits: ReturnType<typeof limitsOf>) => ({
  maxDuration: durationOf(limits.durationMs),
  maxMemoryBytes: limits.memoryBytes,
  maxRows: limits.rows,
  maxFiles: limits.files,
  maxOutputBytes: limits.outputBytes,
});

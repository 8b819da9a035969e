import type { AuditJournal } from '@weir/audit-outbox';
import { createClient, type Channel, type TlsClientSettings, type TokenSource } from '@weir/client';
import { DeploymentServiceDefinition } from '@weir/contracts/deployment';
import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import { AccessServiceDefinition, CryptoServiceDefinition } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Settings } from './config.ts';
import { securityDecisions } from './access/security-decisions.ts';
import { agentDirectory } from './agents/agent-directory.ts';
import { dependencyReport } from './agents/dependency-report.ts';
import { datasetFiles } from './datasets/dataset-files.ts';
import { leftovers } from './datasets/leftovers.ts';
import { readerProcess } from './datasets/reader-process.ts';
import { workerMasker } from './datasets/worker-masker.ts';
import { workerProfiler } from './datasets/worker-profiler.ts';
import { agentDependencies, type Dependencies } from './dependencies/dependencies.ts';
import { durationOf } from './domain/durations.ts';
import { contentCipher } from './encryption/content-cipher.ts';
import { securityDataKeys } from './encryption/security-data-keys.ts';
import { plainArea } from './plaintext/plain-area.ts';
import { plaintextDirOf } from './plaintext/plaintext-dir.ts';
import { fairQueue } from './domain/fair-queue.ts';
import { batchCalls, type BatchCallParts } from './jobs/batch-calls.ts';
import { jobEvents } from './jobs/job-events.ts';
import { jobFeed } from './jobs/job-feed.ts';
import { startJobRunner } from './jobs/job-runner.ts';
import { workOnJobs } from './jobs/work-on-job.ts';
import { registryCatalogue } from './registry/registry-catalogue.ts';
import { registrySlots } from './registry/registry-slots.ts';
import { registryTenants } from './registry/registry-tenants.ts';
import { followRoutes } from './routes/follow-routes.ts';
import { runActivity } from './runs/run-activity.ts';
import { runEngine } from './runs/run-engine.ts';
import type { RunParts } from './runs/run-parts.ts';
import { sharedRuns } from './runs/shared-runs.ts';
import type { AnswerStore } from './store/answer-store.ts';
import type { RunFiguresStore } from './store/run-figures-store.ts';
import { postgresStores } from './stores.ts';
import type { Schema } from './store/schema.ts';
import { agentWorkers, type AgentWorkers, type WorkerStarter } from './workers/agent-workers.ts';

/** What an agent is made of. */
export type AgentParts = ReturnType<typeof buildAgent>;

/** What it is built with. */
export interface AgentOptions {
  readonly database: Database<Schema>;
  readonly journal: AuditJournal;
  readonly settings: Pick<Settings, AgentSetting>;
  readonly registry: Channel;
  readonly security: Channel;
  readonly deployment: Channel;
  readonly tokens: TokenSource;
  readonly tls: Partial<TlsClientSettings>;
  readonly startWorker: WorkerStarter;
  readonly log: Logger;
  readonly metrics: Registry;
}

type AgentSetting =
  | 'WEIR_STATE_DIR'
  | 'PLAINTEXT_DIR'
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
  const { database, journal, settings, tokens, tls, startWorker, log, metrics } = options;
  const stores = postgresStores(database, randomUUID());
  const files = datasetFiles(settings.WEIR_STATE_DIR);
  const dependencies = agentDependencies(metrics, settings.WORKER_POOL_SIZE);
  const workers = stack.use(agentWorkers({ settings, tokens, tls, startWorker, dependency: dependencies.workers }));
  const limits = limitsOf(settings);
  const remote = remoteParts(options, dependencies, stack);
  const plain = plainArea(plaintextDirOf(settings));
  const maskedArea = plainArea(resolve(settings.WEIR_STATE_DIR, 'masked'));
  const runParts = {
    ...stores,
    ...remote,
    plain,
    maskedArea,
    cipher: contentCipher({ ...stores, ...remote, plain }),
    files,
    leftovers: leftovers(stores.contents, files),
    workers,
    limits,
    queue: queueOf(settings),
    activity: runActivity(),
    largeDatasetBytes: settings.LARGE_DATASET_BYTES,
    log,
  };
  const engine = runEngine(runParts);
  const reader = stack.use(readerProcess());
  const ownParts = { ...runParts, reader, limits: messageOf(limits) };
  const profiler = workerProfiler(ownParts);
  const masker = workerMasker(ownParts);
  const jobs = jobParts(database, journal, { ...runParts, engine }, stack);
  const agents = agentParts({ ...runParts, dependencies }, options);
  return { ...runParts, ...jobs, ...agents, dependencies, engine, reader, profiler, masker, ...capacities(settings) };
}

const capacities = (settings: AgentOptions['settings']) => ({ jobCapacity: settings.JOB_CAPACITY_PER_TENANT });

/** What other services know. */
function remoteParts(options: AgentOptions, dependencies: Dependencies, stack: AsyncDisposableStack) {
  const { registry, security, deployment, settings } = options;
  const ttlMs = settings.JOB_SLOT_TTL;
  const slots = registrySlots(createClient(UsageServiceDefinition, registry), dependencies.registry, ttlMs);
  return {
    tenants: registryTenants(createClient(TenantServiceDefinition, registry), dependencies.registry),
    catalogue: registryCatalogue(createClient(ComponentServiceDefinition, registry), dependencies.registry),
    keeper: { slots, ttlMs },
    decisions: securityDecisions(createClient(AccessServiceDefinition, security), dependencies.security),
    dataKeys: securityDataKeys(createClient(CryptoServiceDefinition, security), dependencies.security),
    routes: stack.use(followRoutes(createClient(DeploymentServiceDefinition, deployment), dependencies.deployment)),
  };
}

/** What runs for callers and without them. */
function jobParts(
  database: Database<Schema>,
  journal: AuditJournal,
  parts: Omit<BatchCallParts, 'feed' | 'events'> & Pick<RunParts, 'log'> & { readonly answers: AnswerStore },
  stack: AsyncDisposableStack,
) {
  const feed = jobFeed();
  const events = jobEvents(database, journal);
  const all = { ...parts, feed, events };
  return {
    feed,
    events,
    batchCalls: batchCalls(all),
    sharedRuns: sharedRuns(parts.engine, parts.answers),
    jobRunner: stack.use(startJobRunner({ ...all, work: workOnJobs(all) })),
  };
}

/** What is known of agents. */
function agentParts(
  parts: RunParts & {
    readonly dependencies: Dependencies;
    readonly figures: RunFiguresStore;
    readonly workers: AgentWorkers;
  },
  { database, journal, settings }: AgentOptions,
) {
  const dependencyHealth = dependencyReport({
    dependencies: parts.dependencies,
    database: () => database.ready(),
    audit: () => journal.ready(),
    datasets: () => parts.files.problem(),
  });
  const queueCapacity = settings.QUEUE_CAPACITY_PER_TENANT;
  const known = { ...parts, dependencyHealth, queueCapacity, poolSize: settings.WORKER_POOL_SIZE };
  const directory = agentDirectory(known);
  return { directory, dependencyHealth, queueCapacity, workerMemory: parts.workers.memory, startedAt: Date.now() };
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

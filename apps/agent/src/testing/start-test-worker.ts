import type { Client } from '@weir/client';
import type { DeepPartial } from '@weir/contracts';
import {
  RouteColour,
  RouteKind,
  WorkerServiceDefinition,
  type ExecuteRequest,
  type ExecuteResult,
  type RunProgress,
} from '@weir/contracts/agent';
import { type DataFormat, type PipelineStep } from '@weir/contracts/registry';
import { serviceToken, startTestServer, type TestServer } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeAnonymizer } from './fake-anonymizer.ts';
import { createEngine, type Engine } from '../worker/engine.ts';
import type { WorkerIdentity } from '../worker/identity.ts';
import { noJournal } from '../worker/no-journal.ts';
import { workerBindings } from '../worker/service.ts';
import { createWorker, type Worker } from '../worker/worker.ts';

/** A worker that serves, with a folder of its own. */
export interface TestWorker extends AsyncDisposable {
  readonly dir: string;
  readonly worker: Worker;
  readonly engine: Engine;
  readonly server: TestServer;
  /** As the agent. */
  readonly client: Client<typeof WorkerServiceDefinition>;
  /** Executes a run to its end. */
  execute(request: DeepPartial<ExecuteRequest>, signal?: AbortSignal): Promise<ExecutedRun>;
  /** A path in its folder. */
  path(name: string): string;
  /** What lies in its folder, scratch included. */
  files(): Promise<string[]>;
}

/** What a run sent. */
export interface ExecutedRun {
  readonly progress: readonly RunProgress[];
  readonly result: ExecuteResult;
}

/** What one test wants different. */
export interface TestWorkerOptions {
  readonly identity?: Partial<WorkerIdentity>;
  readonly capacity?: number;
  readonly memoryBytes?: number;
  readonly idleMs?: number;
  /** Where plain text may be; a folder of its own by default. */
  readonly plainRoot?: string;
}

const SHARED: WorkerIdentity = {
  tenant: undefined,
  componentVersion: undefined,
  digest: undefined,
  deployment: undefined,
  colour: RouteColour.UNSPECIFIED,
  name: 'worker-test',
};

/** Starts a worker of the shared pool, with the interceptors of every server and real engine processes. */
export async function startTestWorker(options: TestWorkerOptions = {}): Promise<TestWorker> {
  await using starting = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'weir-worker-'));
  starting.defer(() => rm(dir, { recursive: true, force: true }));
  const cacheDir = join(tmpdir(), 'weir-worker-cache');
  const engine = starting.use(createEngine({ idleMs: options.idleMs ?? 30_000, cacheDir }));
  const worker = createWorker({
    identity: { ...SHARED, ...options.identity },
    executor: {
      engine,
      anonymizer: fakeAnonymizer,
      scratchRoot: join(dir, 'scratch'),
      plainScratchRoot: join(options.plainRoot ?? join(dir, 'plain'), 'own'),
      threads: 2,
    },
    capacity: options.capacity ?? 4,
    memoryBytes: options.memoryBytes ?? 512 * 1024 * 1024,
    engineVersion: '1',
    softwareVersion: '1',
  });
  const server = starting.use(
    await startTestServer({ service: 'worker', bindings: workerBindings(worker), journal: noJournal }),
  );
  const client = server.client(WorkerServiceDefinition, serviceToken('agent'));
  const stack = starting.move();
  return {
    dir,
    worker,
    engine,
    server,
    client,
    execute: (request, signal) => executed(client, request, signal),
    path: (name) => join(dir, name),
    files: async () => (await readdir(dir, { recursive: true })).filter((name) => name !== 'scratch').sort(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function executed(
  client: Client<typeof WorkerServiceDefinition>,
  request: DeepPartial<ExecuteRequest>,
  signal?: AbortSignal,
): Promise<ExecutedRun> {
  const progress: RunProgress[] = [];
  let result: ExecuteResult | undefined;
  for await (const { update } of client.execute(request, { timeoutMs: 120_000, ...(signal && { signal }) })) {
    if (result) throw new Error('a message after the result');
    if (update?.$case === 'progress') progress.push(update.value);
    if (update?.$case === 'result') result = update.value;
  }
  if (!result) throw new Error('no result');
  return { progress, result };
}

/** The limits that runs of tests have. */
export const LIMITS = {
  maxDuration: { seconds: 60n, nanos: 0 },
  maxMemoryBytes: 512n * 1024n * 1024n,
  maxRows: 100_000_000n,
  maxFiles: 10,
  maxOutputBytes: 1024n * 1024n * 1024n,
};

/** A request with these steps, for the shared pool. */
export const runOf = (
  steps: readonly DeepPartial<PipelineStep>[],
  rest: DeepPartial<ExecuteRequest> = {},
): DeepPartial<ExecuteRequest> => ({
  tenant: 'tenants/acme',
  runId: randomUUID(),
  attempt: 1,
  fencingToken: 1n,
  componentVersion: 'components/flights-quality/versions/1.0.0',
  digest: `sha256:${'0'.repeat(64)}`,
  pipeline: { steps },
  limits: LIMITS,
  route: { kind: RouteKind.SHARED_POOL },
  ...rest,
});

type Config<C extends string> = Extract<NonNullable<PipelineStep['config']>, { $case: C }>['value'];

/** A read step. */
export const read = (id: string, value: DeepPartial<Config<'read'>> = {}): DeepPartial<PipelineStep> => ({
  id,
  config: { $case: 'read', value },
});

/** An sql step. */
export const sql = (id: string, query: string): DeepPartial<PipelineStep> => ({
  id,
  config: { $case: 'sql', value: { query } },
});

/** A validate step. */
export const validate = (
  id: string,
  value: DeepPartial<Config<'validate'>>,
  input = '',
): DeepPartial<PipelineStep> => ({
  id,
  input,
  config: { $case: 'validate', value },
});

/** A profile step. */
export const profile = (id: string, value: DeepPartial<Config<'profile'>> = {}): DeepPartial<PipelineStep> => ({
  id,
  config: { $case: 'profile', value },
});

/** A write step. */
export const write = (
  id: string,
  format: DataFormat,
  rest: DeepPartial<Config<'write'>> = {},
): DeepPartial<PipelineStep> => ({
  id,
  config: { $case: 'write', value: { format, ...rest } },
});

/** Where a file is. */
export const at = (path: string, format: DataFormat) => ({ place: { $case: 'path' as const, value: path }, format });

import type { Logger } from 'pino';
import type { ColourSpec, Replica } from './target.ts';
import { workerEnvironment } from './worker-environment.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** How workers are run on this machine. */
export interface LocalTargetOptions {
  readonly entry: string;
  /** What every worker gets; what is the worker's own is added. */
  readonly env: NodeJS.ProcessEnv;
  readonly startTimeoutMs: number;
  readonly stopGraceMs: number;
  readonly log: Logger;
}

/** The worker processes of one colour. */
export interface LocalColour {
  /** Brings them to a number; those that work on something may finish it first. */
  bringTo(wanted: number): void;
  kill(replicas: readonly string[]): void;
  replicas(): readonly Replica[];
  /** Starts that failed in a row. */
  failed(): number;
  /** Settles when those that are there now have ended. */
  ended(): Promise<unknown>;
}

const FIRST_PAUSE_MS = 200;
const LAST_PAUSE_MS = 10_000;

let started = 0;

/** The workers of a colour that has none yet. */
export function localColour(options: LocalTargetOptions, spec: ColourSpec, onChange: () => void): LocalColour {
  const workers = new Set<WorkerProcess>();
  const leaving = new Set<WorkerProcess>();
  const failures = failureCount();

  function start(): void {
    started += 1;
    const name = `worker-${process.pid}-${started}`;
    const env = workerEnvironment(options.env, spec, name);
    const worker = startWorkerProcess(options, name, env);
    workers.add(worker);
    const told = worker.ready.then((address) => {
      if (address === undefined) return;
      failures.reset();
      options.log.info({ replica: name, deployment: spec.deployment, address }, 'a worker is ready');
    });
    const gone = worker.ended.then(({ wasReady }) => {
      if (workers.delete(worker) && !wasReady) failures.note();
      leaving.delete(worker);
    });
    for (const change of [told, gone]) void change.then(onChange);
  }

  return {
    bringTo(wanted) {
      for (const worker of [...workers].slice(wanted)) {
        workers.delete(worker);
        leaving.add(worker);
        worker.stop();
      }
      while (workers.size < wanted && failures.mayStart()) start();
    },
    kill: (replicas) => [...workers].filter(({ name }) => replicas.includes(name)).forEach((worker) => worker.kill()),
    replicas: () => [
      ...[...workers].map((worker) => ({ name: worker.name, address: worker.address() })),
      ...[...leaving].map(({ name }) => ({ name, address: undefined })),
    ],
    failed: failures.count,
    ended: () => Promise.all([...workers, ...leaving].map((worker) => worker.ended)),
  };
}

/** What ends again and again before it is ready is started less and less often. */
function failureCount() {
  let failed = 0;
  let notBefore = 0;
  return {
    count: () => failed,
    mayStart: () => Date.now() >= notBefore,
    note(): void {
      failed += 1;
      notBefore = Date.now() + Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failed);
    },
    reset(): void {
      failed = 0;
    },
  };
}

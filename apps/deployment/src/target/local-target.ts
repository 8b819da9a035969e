import { Target as TargetKind } from '@weir/contracts/deployment';
import type { Logger } from 'pino';
import type { ColourSpec, Target } from './target.ts';
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

interface Colour {
  readonly workers: Set<WorkerProcess>;
  readonly leaving: Set<WorkerProcess>;
  spec: ColourSpec;
  wanted: number;
  failed: number;
  /** No start before this time, in milliseconds since the epoch. */
  notBefore: number;
}

const FIRST_PAUSE_MS = 200;
const LAST_PAUSE_MS = 10_000;

/** Worker processes on the machine of the service. They end with it. */
export function localTarget(options: LocalTargetOptions): Target {
  const { log, entry, startTimeoutMs, stopGraceMs } = options;
  const colours = new Map<string, Colour>();
  let changed = (): void => undefined;
  let started = 0;

  function start(colour: Colour): void {
    started += 1;
    const { spec } = colour;
    const name = `worker-${process.pid}-${started}`;
    let wasReady = false;
    const worker = startWorkerProcess({
      name,
      entry,
      env: workerEnvironment(options.env, spec, name),
      startTimeoutMs,
      stopGraceMs,
      log,
      onReady: () => {
        [wasReady, colour.failed] = [true, 0];
        log.info({ replica: name, deployment: spec.deployment, address: worker.address() }, 'a worker is ready');
        changed();
      },
      onExit: () => {
        if (!wasReady && colour.workers.has(worker)) noteFailure(colour);
        colour.workers.delete(worker);
        colour.leaving.delete(worker);
        if (colour.wanted === 0 && colour.workers.size + colour.leaving.size === 0) colours.delete(spec.deployment);
        changed();
      },
    });
    colour.workers.add(worker);
  }
  function follow(colour: Colour): void {
    const surplus = [...colour.workers].slice(colour.wanted);
    for (const worker of surplus) leave(colour, worker).stop();
    if (Date.now() < colour.notBefore) return;
    while (colour.workers.size < colour.wanted) start(colour);
  }

  return {
    kind: TargetKind.LOCAL,
    ensure(spec, wanted) {
      const colour = colours.get(spec.deployment) ?? newColour(spec);
      colours.set(spec.deployment, colour);
      Object.assign(colour, { spec, wanted });
      follow(colour);
    },
    remove(deployment) {
      const colour = colours.get(deployment);
      if (!colour) return;
      colour.wanted = 0;
      follow(colour);
      if (colour.leaving.size === 0) colours.delete(deployment);
    },
    kill(deployment, replicas) {
      const colour = colours.get(deployment);
      const doomed = [...(colour?.workers ?? [])].filter(({ name }) => replicas.includes(name));
      for (const worker of doomed) worker.kill();
    },
    replicas(deployment) {
      const colour = colours.get(deployment);
      if (!colour) return [];
      const all = [...colour.workers].map((worker) => ({ name: worker.name, address: worker.address() }));
      return [...all, ...[...colour.leaving].map(({ name }) => ({ name, address: undefined }))];
    },
    failedStarts: (deployment) => colours.get(deployment)?.failed ?? 0,
    deployments: () => [...colours.keys()],
    onChange(listener) {
      changed = listener;
    },
    async [Symbol.asyncDispose]() {
      changed = () => undefined;
      const all = [...colours.values()].flatMap((colour) => [...colour.workers].map((worker) => leave(colour, worker)));
      for (const worker of all) worker.stop();
      const leaving = [...colours.values()].flatMap((colour) => [...colour.leaving]);
      await Promise.all(leaving.map(({ ended }) => ended));
    },
  };
}

const newColour = (spec: ColourSpec): Colour => ({
  workers: new Set(),
  leaving: new Set(),
  spec,
  wanted: 0,
  failed: 0,
  notBefore: 0,
});

function leave(colour: Colour, worker: WorkerProcess): WorkerProcess {
  colour.workers.delete(worker);
  colour.leaving.add(worker);
  return worker;
}

/** What ends again and again before it is ready is started less and less often. */
function noteFailure(colour: Colour): void {
  colour.failed += 1;
  colour.notBefore = Date.now() + Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** colour.failed);
}

import { reason, type WeirError } from '@weir/errors';
import { startEngineProcess, type EngineProcess } from './engine/engine-process.ts';
import type { Pulse, RunSetup } from './engine/protocol.ts';
import type { StepOutcome } from './pipeline/step-outcome.ts';
import type { EngineStep } from './plan/plan.ts';

/** What a run used so far. */
export interface EngineUsage {
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
  readonly rowsAtWork: number;
}

/** One run in a process of its own. */
export interface Session {
  /** Executes a step. Rejects with the reason why it failed; after that only `close` is of use. */
  step(plan: EngineStep): Promise<StepOutcome>;
  usage(): EngineUsage;
  /** Ends the process at once; the step at work rejects with `cause`. */
  kill(cause: Error): void;
  /** Ends the run. The process is kept for the next one when it is as good as new. Settles when nothing of it runs. */
  close(): Promise<void>;
}

/** Opens runs, each in a process that no other run is in at that time and no other tenant's ever was. */
export interface Engine extends AsyncDisposable {
  open(tenant: string, setup: RunSetup): Promise<Session>;
  /** Memory of its processes, as last heard. */
  memoryBytes(): number;
}

/** How an engine keeps processes. */
export interface EngineOptions {
  /** How long a process waits for the next run of its tenant before it ends. */
  readonly idleMs: number;
  /** Where compiled code is kept, so that the next process starts faster. */
  readonly cacheDir: string | undefined;
}

// Roughly what a process holds before its first run, for Health.
const IDLE_BYTES = 95_000_000;
// A process that kept more than this after a run is not as good as new.
const MAX_KEPT_BYTES = 64_000_000;

interface Idle {
  readonly tenant: string;
  readonly process: EngineProcess;
  readonly timer: NodeJS.Timeout;
}

/** Processes that wait for the next run of their tenant. */
function createShelf({ idleMs, cacheDir }: EngineOptions) {
  const idle = new Set<Idle>();
  const end = (entry: Idle): void => {
    idle.delete(entry);
    clearTimeout(entry.timer);
    entry.process.kill(new Error('idle'));
  };
  return {
    size: () => idle.size,
    /** One that the tenant used before, or a new one. What another tenant used is never used again. */
    take(tenant: string): EngineProcess {
      for (const entry of idle) if (entry.tenant !== tenant) end(entry);
      const [warm] = idle;
      if (!warm) return startEngineProcess(cacheDir);
      idle.delete(warm);
      clearTimeout(warm.timer);
      return warm.process;
    },
    put(tenant: string, process: EngineProcess): void {
      const timer = setTimeout(() => end(entry), idleMs).unref();
      const entry: Idle = { tenant, process, timer };
      idle.add(entry);
      void process.gone.then(() => idle.delete(entry));
    },
    clear(): void {
      for (const entry of idle) end(entry);
    },
  };
}

/** Starts no process yet: the first run does. */
export function createEngine(options: EngineOptions): Engine {
  const shelf = createShelf(options);
  const busy = new Map<EngineProcess, Pulse>();

  return {
    async open(tenant, setup) {
      const process = shelf.take(tenant);
      busy.set(process, NO_PULSE);
      void process.gone.then(() => busy.delete(process));
      await process.ready;
      return openSession(process, setup, {
        heard(pulse) {
          if (busy.has(process)) busy.set(process, pulse);
        },
        left(pulse) {
          busy.delete(process);
          if (pulse.memoryBytes <= MAX_KEPT_BYTES) shelf.put(tenant, process);
          else process.kill(new Error('grown'));
        },
      });
    },
    memoryBytes: () =>
      [...busy.values()].reduce((sum, { memoryBytes }) => sum + IDLE_BYTES + memoryBytes, shelf.size() * IDLE_BYTES),
    async [Symbol.asyncDispose]() {
      shelf.clear();
      for (const process of busy.keys()) process.kill(reason('WORKER_DRAINING'));
      await Promise.all([...busy.keys()].map(({ gone }) => gone));
    },
  };
}

const NO_PULSE: Pulse = { memoryBytes: 0, cpuMs: 0, writtenBytes: 0, rowsAtWork: 0 };

interface Keeper {
  heard(pulse: Pulse): void;
  left(last: Pulse): void;
}

async function openSession(process: EngineProcess, setup: RunSetup, keeper: Keeper): Promise<Session> {
  let last = NO_PULSE;
  let peak = 0;
  let step = '';
  process.onPulse((pulse) => {
    last = pulse;
    peak = Math.max(peak, pulse.memoryBytes);
    keeper.heard(pulse);
    const over = excess(setup, pulse, step);
    if (over) process.kill(over);
  });

  await process.ask({ type: 'open', run: setup });
  return {
    async step(plan) {
      step = plan.id;
      const report = await process.ask({ type: 'step', step: plan });
      if (report.type !== 'done') throw new Error(`the engine answered ${report.type} to a step`);
      return report.outcome;
    },
    usage: () => ({ cpuMs: last.cpuMs, peakMemoryBytes: peak, rowsAtWork: last.rowsAtWork }),
    kill: (cause) => process.kill(cause),
    async close() {
      const closed = await process.ask({ type: 'close' }).catch(() => undefined);
      if (closed) keeper.left(last);
      else await process.gone;
    },
  };
}

/** DuckDB keeps to its own limits; what it does not count is caught here. */
function excess({ limits }: RunSetup, { memoryBytes, writtenBytes }: Pulse, step: string): WeirError | undefined {
  if (memoryBytes > limits.memoryBytes) {
    return reason('MEMORY_LIMIT_EXCEEDED', { step, limit_bytes: limits.memoryBytes });
  }
  if (writtenBytes > limits.outputBytes) {
    return reason('OUTPUT_LIMIT_EXCEEDED', { step, limit_bytes: limits.outputBytes });
  }
  return undefined;
}

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { reason } from '@weir/errors';
import type { Order, Pulse, Report } from './protocol.ts';

/** A process with DuckDB in it. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Settles when it can be given orders; rejects when it ended first. */
  readonly ready: Promise<void>;
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  /** Does one thing. Rejects with the reason of its failure, and when the process ends. */
  ask(order: Order): Promise<Report>;
  /** Hears every pulse until the next listener takes its place. */
  onPulse(listener: (pulse: Pulse) => void): void;
  /** Ends the process at once; what it was asked to do fails with `cause`. */
  kill(cause: Error): void;
}

const ENTRY = join(import.meta.dirname, 'engine-main.ts');
const HEAP_MEGABYTES = 256;
const MAX_LAST_WORDS = 2000;

/** Starts an engine process. It gets nothing of the worker's environment: no secret, no address. */
export function startEngineProcess(cacheDir: string | undefined): EngineProcess {
  const child = fork(ENTRY, {
    env: { TZ: 'UTC', MALLOC_ARENA_MAX: '2', ...(cacheDir !== undefined && { NODE_COMPILE_CACHE: cacheDir }) },
    execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`, '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new ForkedEngine(child);
}

class ForkedEngine implements EngineProcess {
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  #pending: PromiseWithResolvers<Report> | undefined;
  #listener: (pulse: Pulse) => void = () => undefined;
  #cause: Error | undefined;
  #isReady = false;
  #lastWords = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ready = this.#ready.promise;
    this.ready.catch(() => undefined);
    this.gone = new Promise((resolve) => child.once('exit', () => resolve()));
    child.on('message', (report: Report) => this.#hear(report));
    child.once('exit', (code, signal) => this.#end(code, signal));
    child.once('error', (error) => this.#fail(error));
    // Only until it is ready: later its words may hold data.
    child.stderr?.on('data', (text: Buffer) => {
      if (!this.#isReady) this.#lastWords = (this.#lastWords + text.toString()).slice(-MAX_LAST_WORDS);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  ask(order: Order): Promise<Report> {
    if (this.#cause !== undefined) return Promise.reject(this.#cause);
    const pending = Promise.withResolvers<Report>();
    this.#pending = pending;
    this.#child.send(order, (error) => {
      if (error) this.#fail(error);
    });
    return pending.promise;
  }

  onPulse(listener: (pulse: Pulse) => void): void {
    this.#listener = listener;
  }

  kill(cause: Error): void {
    this.#cause ??= cause;
    this.#child.kill('SIGKILL');
    this.#settle()?.reject(this.#cause);
  }

  #hear(report: Report): void {
    if (report.type === 'pulse') this.#listener(report.pulse);
    else if (report.type === 'ready') {
      this.#isReady = true;
      this.#ready.resolve();
    } else if (report.type === 'failed') {
      const { reason: name, facts } = report.failure;
      this.#settle()?.reject(reason(name, facts));
    } else if (report.type === 'broken') {
      this.kill(report.crashed ? reason('WORKER_CRASHED', { how: 'the engine failed' }) : new Error(report.what));
    } else this.#settle()?.resolve(report);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal ?? `exit code ${code}`;
    if (!this.#isReady) this.#fail(new Error(`the engine process did not start (${how}): ${this.#lastWords}`));
    else this.#fail(reason('WORKER_CRASHED', { how }));
  }

  #fail(error: Error): void {
    this.#cause ??= error;
    this.#ready.reject(this.#cause);
    this.#settle()?.reject(this.#cause);
  }

  #settle(): PromiseWithResolvers<Report> | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending;
  }
}

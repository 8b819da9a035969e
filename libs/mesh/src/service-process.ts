import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** How a program is run and kept running. */
export interface ProcessSpec {
  readonly name: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Its ops port: /readyz there says whether it is ready. */
  readonly opsPort: number;
  /** Starts it again when its source changes. */
  readonly watch: boolean;
}

/** A program that is started again when it ends, until it is disposed. */
export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  pid(): number | undefined;
  /** Resolves once /readyz answers 200; rejects with what the program said when it ended first, or is late. */
  whenReady(withinMs: number): Promise<void>;
  /** Why it is not ready, in its own words. */
  waitingFor(): Promise<string>;
  /** Sends it a signal; after SIGKILL, resolves once it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Kills it and leaves it ended until what it resolves to is disposed. */
  outage(): Promise<Disposable>;
}

const STOP_MS = 15_000;
const RESTART_MS = { first: 200, last: 5_000 } as const;
const STABLE_MS = 10_000;

/** Starts a program and keeps it running. Its output goes to its log file. */
export function startProcess(spec: ProcessSpec): ServiceProcess {
  const ending = new AbortController();
  const state: Running = { ...launch(spec), failures: 0, lastWords: '', outage: undefined };
  const supervision = keepUp(spec, state, ending.signal);

  return {
    name: spec.name,
    pid: () => state.child.pid,
    async kill(signal) {
      const { child } = state;
      child.kill(signal);
      if (signal === 'SIGKILL') await exitOf(child);
    },
    async outage() {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.outage = promise;
      state.child.kill('SIGKILL');
      await exitOf(state.child);
      return { [Symbol.dispose]: resolve };
    },
    waitingFor: () => readiness(spec.opsPort),
    whenReady: (withinMs) => whenReady(spec, state, withinMs, ending.signal),
    async [Symbol.asyncDispose]() {
      ending.abort();
      const { child } = state;
      const exit = exitOf(child);
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exit;
      clearTimeout(timer);
      await supervision;
    },
  };
}

/** A program that was started, and where in its log file its output begins. */
interface Launched {
  child: ChildProcess;
  logStart: number;
}

interface Running extends Launched {
  /** How often it ended by itself. */
  failures: number;
  /** The end of what it said before it ended last. */
  lastWords: string;
  /** Settles when it may start again. */
  outage: Promise<void> | undefined;
}

async function keepUp(spec: ProcessSpec, state: Running, ending: AbortSignal): Promise<void> {
  let delay: number = RESTART_MS.first;
  while (!ending.aborted) {
    const startedAt = Date.now();
    await exitOf(state.child);
    if (isOver(ending)) return;
    state.lastWords = lastLines(spec.logFile, state.logStart);
    state.failures += 1;
    if (Date.now() - startedAt > STABLE_MS) delay = RESTART_MS.first;
    await wait(delay, undefined, { signal: ending }).catch(() => undefined);
    await Promise.race([state.outage, overOf(ending)]);
    if (isOver(ending)) return;
    delay = Math.min(delay * 2, RESTART_MS.last);
    Object.assign(state, launch(spec));
  }
}

const isOver = ({ aborted }: AbortSignal): boolean => aborted;

const overOf = (signal: AbortSignal): Promise<unknown> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

async function whenReady(
  { name, opsPort, logFile }: ProcessSpec,
  state: Running,
  withinMs: number,
  ending: AbortSignal,
): Promise<void> {
  const failedBefore = state.failures;
  const deadline = Date.now() + withinMs;
  for (let why = await readiness(opsPort); why !== ''; why = await readiness(opsPort)) {
    if (isOver(ending)) throw new Error(`${name} was stopped while starting`);
    if (state.failures > failedBefore) throw new Error(`${name} ended while starting:\n${state.lastWords}`);
    if (Date.now() > deadline) {
      throw new Error(`${name} is not ready after ${withinMs / 1000} s: ${why}\n${lastLines(logFile, state.logStart)}`);
    }
    await wait(50);
  }
}

function launch({ entry, env, logFile, watch }: ProcessSpec): Launched {
  const log = openSync(logFile, 'a', 0o600);
  const logStart = statSync(logFile).size;
  // The channel tells a service when its launcher is gone, however it went. A group of its own keeps the terminal's
  // Ctrl-C from it: the launcher stops services in order.
  const child = spawn(process.execPath, [...(watch ? ['--watch'] : []), entry], {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  child.on('error', () => undefined);
  return { child, logStart };
}

const exitOf = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Empty when the program is ready; otherwise why not. */
async function readiness(opsPort: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${opsPort}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? '' : await response.text();
  } catch {
    return 'it does not listen yet';
  }
}

// Frames inside Node say nothing, and would push out the line that names the error.
const NODE_FRAME = /^\s+at .*\bnode:/;

function lastLines(file: string, from: number): string {
  try {
    const lines = readFileSync(file).subarray(from).toString('utf8').trimEnd().split('\n');
    return lines
      .filter((line) => !NODE_FRAME.test(line))
      .slice(-12)
      .join('\n');
  } catch {
    return '(it wrote no log)';
  }
}

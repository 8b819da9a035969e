import { spawn, type ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';

/** How worker processes are run. */
export interface WorkerProcessOptions {
  readonly entry: string;
  readonly startTimeoutMs: number;
  readonly stopGraceMs: number;
  readonly log: Logger;
}

/** A worker process of this service. */
export interface WorkerProcess {
  readonly name: string;
  /** "127.0.0.1:<port>" while it is ready. */
  address(): string | undefined;
  /** Settles with the address, or with undefined when it ends first. */
  readonly ready: Promise<string | undefined>;
  readonly ended: Promise<{ readonly wasReady: boolean }>;
  /** Lets it finish what it has, then ends it; it is killed after the grace. */
  stop(): void;
  kill(): void;
}

const KEPT_OUTPUT = 4_000;

/**
 * Starts a worker. It says by its IPC channel where it listens; when this service is gone, the closed channel tells it
 * to end. One that is not ready in time is killed.
 */
export function startWorkerProcess(options: WorkerProcessOptions, name: string, env: NodeJS.ProcessEnv): WorkerProcess {
  const { entry, startTimeoutMs, stopGraceMs, log } = options;
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const output = lastOutput(child);
  const exit = exitOf(child);
  let address: string | undefined;
  let stopping = false;

  const ready = Promise.race([addressOf(child), exit.then(() => undefined)]).then((said) => (address = said));
  const late = setTimeout(() => void child.kill('SIGKILL'), startTimeoutMs).unref();
  void ready.then(() => clearTimeout(late));
  const ended = exit.then(() => {
    const wasReady = address !== undefined;
    address = undefined;
    if (!stopping) log.warn({ replica: name, was_ready: wasReady, output: output() }, 'a worker ended by itself');
    return { wasReady };
  });

  return {
    name,
    address: () => address,
    ready,
    ended,
    stop() {
      if (stopping) return;
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => void child.kill('SIGKILL'), stopGraceMs).unref();
      void exit.then(() => clearTimeout(timer));
    },
    kill() {
      stopping = true;
      child.kill('SIGKILL');
    },
  };
}

/** Settles when the process has ended, or never was. */
const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => (child.pid === undefined ? resolve() : undefined));
  });

const addressOf = (child: ChildProcess): Promise<string | undefined> =>
  new Promise((resolve) => child.once('message', (message) => resolve(addressIn(message))));

function addressIn(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('address' in message)) return undefined;
  return typeof message.address === 'string' ? message.address : undefined;
}

/** The end of what a process complains about: for the log, should it fail. Its own log goes where this service's does. */
function lastOutput(child: ChildProcess): () => string {
  let kept = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    kept = (kept + chunk.toString()).slice(-KEPT_OUTPUT);
  });
  return () => kept;
}

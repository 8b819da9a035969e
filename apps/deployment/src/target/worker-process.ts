import { spawn, type ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';

/** How a worker process is run. */
export interface WorkerProcessOptions {
  readonly name: string;
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly startTimeoutMs: number;
  readonly stopGraceMs: number;
  readonly log: Logger;
  readonly onReady: () => void;
  readonly onExit: () => void;
}

/** A worker process of this service. */
export interface WorkerProcess {
  readonly name: string;
  /** "127.0.0.1:<port>" once it is ready. */
  address(): string | undefined;
  /** Lets it finish what it has, then ends it; it is killed after the grace. */
  stop(): void;
  kill(): void;
  readonly ended: Promise<void>;
}

const KEPT_OUTPUT = 4_000;

/**
 * Starts a worker. It says by its IPC channel where it listens; when this service is gone, the closed channel tells it
 * to end.
 */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { name, entry, env, startTimeoutMs, stopGraceMs, log, onReady, onExit } = options;
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const output = lastOutput(child);
  const ended = Promise.withResolvers<void>();
  let address: string | undefined;
  let stopping = false;

  const late = setTimeout(() => {
    log.warn({ replica: name, output: output() }, 'a worker was not ready in time');
    child.kill('SIGKILL');
  }, startTimeoutMs).unref();
  child.on('message', (message) => {
    address = addressIn(message) ?? address;
    if (address === undefined) return;
    clearTimeout(late);
    onReady();
  });
  const exit = (): void => {
    clearTimeout(late);
    address = undefined;
    if (!stopping) log.warn({ replica: name, code: child.exitCode, output: output() }, 'a worker ended by itself');
    ended.resolve();
    onExit();
  };
  child.once('exit', exit);
  child.once('error', () => (child.pid === undefined ? exit() : undefined));

  const kill = (): void => {
    stopping = true;
    child.kill('SIGKILL');
  };
  return {
    name,
    address: () => address,
    stop() {
      if (stopping) return;
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(kill, stopGraceMs).unref();
      void ended.promise.then(() => clearTimeout(timer));
    },
    kill,
    ended: ended.promise,
  };
}

function addressIn(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('address' in message)) return undefined;
  return typeof message.address === 'string' ? message.address : undefined;
}

/** The end of what a process complains about: for the log, should it fail. Its own log goes where this service's does. */
function lastOutput(child: ChildProcess): () => string {
  let kept = '';
  const keep = (chunk: Buffer): void => {
    kept = (kept + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stderr?.on('data', keep);
  return () => kept;
}

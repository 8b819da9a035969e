import { createClient, openChannel, type TlsClientSettings, type TokenSource } from '@weir/client';
import { WorkerServiceDefinition } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { WorkerStarter } from './agent-workers.ts';
import type { WorkerProcess } from './worker-pool.ts';

/** What worker processes are started with. */
export interface WorkerStarterOptions {
  /** What they inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Pick<Settings, 'WORKER_START_TIMEOUT'> & Partial<TlsClientSettings>;
  readonly tokens: TokenSource;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

const ENTRY = join(import.meta.dirname, '..', 'worker-main.ts');
const STOP_MS = 2_000;

/** Starts worker processes on this machine, each on a port of its own. */
export function workerStarter(options: WorkerStarterOptions): WorkerStarter {
  return async () => {
    const child = spawn(process.execPath, [ENTRY], {
      env: { ...options.env, GRPC_LISTEN: '127.0.0.1:0', OPS_LISTEN: '127.0.0.1:0', WORKER_CAPACITY: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve()).once('error', () => resolve());
    });
    const address = await addressOf(child, ended, options.settings.WORKER_START_TIMEOUT);
    const worker = connect(child, ended, address, options);
    options.log.info({ worker: worker.name, address }, 'worker started');
    return worker;
  };
}

/** Waits until a worker says that it is ready, and where. */
async function addressOf(child: ChildProcess, ended: Promise<void>, timeoutMs: number): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const said = once(child, 'message', { signal }) as Promise<[unknown]>;
  const first = await Promise.race([said, ended.then(() => undefined)]).catch(() => undefined);
  const message = first?.[0];
  if (typeof message === 'object' && message !== null && 'address' in message && typeof message.address === 'string') {
    return message.address;
  }
  child.kill('SIGKILL');
  throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'workers' }, { retryAfterMs: 1_000 });
}

function connect(
  child: ChildProcess,
  ended: Promise<void>,
  address: string,
  options: WorkerStarterOptions,
): WorkerProcess {
  const channel = openChannel({ address, tokens: options.tokens, tls: options.settings });
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name: `worker-${child.pid ?? 0}`,
    pid: child.pid,
    client: createClient(WorkerServiceDefinition, channel),
    ended,
    isAlive,
    async [Symbol.asyncDispose]() {
      await channel[Symbol.asyncDispose]();
      if (!isAlive()) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { Home } from './home.ts';
import { identity } from './server-user.ts';

/** A running server process. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  /** Ends it: fast with a checkpoint, or at once, when the data do not matter. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;

/** Starts the server and resolves once it takes connections. */
export async function startPostmaster(
  home: Home,
  binaries: Binaries,
  port: number,
  durable: boolean,
): Promise<Postmaster> {
  const from = logSize(home.log);
  const log = openSync(home.log, from > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
  const child = spawn(binaries.postgres, serverArguments(home, port, durable), {
    ...identity(home.user),
    cwd: home.cluster,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', log, log],
    // A session of its own: Ctrl-C in the terminal is for the launcher, which stops the server last.
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${binaries.postgres}${await spawnProblem(child)}`);
  child.unref();
  const watchdog = watchOver(pid);
  void ended.then(() => watchdog.kill('SIGKILL'));

  await ready(home, pid, ended, from);
  return { pid, ended, stop: (how) => stop(child, ended, how) };
}

async function ready(home: Home, pid: number, ended: Promise<void>, logFrom: number): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  for (const until = Date.now() + READY_TIMEOUT_MS; !over.signal.aborted && Date.now() < until;) {
    const [first, , , , , , , status] = readLines(join(home.cluster, 'postmaster.pid'));
    if (Number(first) === pid && status?.trim() === 'ready') return;
    await wait(20);
  }
  if (!over.signal.aborted) process.kill(pid, 'SIGQUIT');
  throw new Error(`PostgreSQL did not start in ${home.cluster}: ${lastWords(home.log, logFrom)}`);
}

async function stop(child: ChildProcess, ended: Promise<void>, how: 'fast' | 'immediate'): Promise<void> {
  const signals = how === 'fast' ? (['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) : (['SIGQUIT', 'SIGKILL'] as const);
  for (const signal of signals) {
    if (!child.kill(signal)) break;
    const timer = new AbortController();
    const late = wait(STOP_TIMEOUT_MS, true, { signal: timer.signal }).catch(() => false);
    const stillThere = await Promise.race([ended.then(() => false), late]);
    timer.abort();
    if (!stillThere) return;
  }
  await ended;
}

/**
 * Ends the server when this process is gone, however it went: a pipe that only this process holds closes with it.
 * Works without the rights and system calls that a death signal would need.
 */
function watchOver(pid: number): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  return watchdog;
}

function serverArguments(home: Home, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    // What a small server on a shared machine does without: worker processes, replication, compiled queries.
    io_method: 'sync',
    jit: 'off',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    wal_level: 'minimal',
    max_wal_size: '512MB',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] %d ',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  return ['-D', home.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

const logSize = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

const lastWords = (log: string, from: number): string =>
  readFileSync(log).subarray(from).toString('utf8').trim().split('\n').slice(-8).join('\n') || 'it said nothing';

const spawnProblem = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => child.once('error', (error) => resolve(`: ${error.message}`)));

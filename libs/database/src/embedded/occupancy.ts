import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Home } from './home.ts';
import { processInfo } from './process-info.ts';

/** What the launcher of a server leaves for the next. */
export interface ServerRecord {
  readonly launcher: number;
  readonly port: number;
}

/** Notes who runs the server, before it starts. */
export const writeRecord = (home: Home, record: ServerRecord): void =>
  writeFileSync(home.record, `${JSON.stringify(record)}\n`);

/** What the last launcher noted. */
export function readRecord(home: Home): ServerRecord | undefined {
  if (!existsSync(home.record)) return undefined;
  return JSON.parse(readFileSync(home.record, 'utf8')) as ServerRecord;
}

/**
 * Makes sure that nobody runs a server on these data: fails when another launcher does, ends a server whose launcher
 * is gone, and removes the lock file of one that was killed.
 */
export async function takeOver(home: Home): Promise<void> {
  const pid = lockHolder(home);
  if (pid === undefined) return;
  const server = postmaster(home, pid);
  if (!server) {
    // PostgreSQL itself would trust the number, which may be any process by now.
    rmSync(lockFile(home), { force: true });
    return;
  }
  const record = readRecord(home);
  if (record && record.launcher === server.parent) {
    throw new Error(
      `PostgreSQL for ${home.dataDir} is already running (process ${pid}, port ${record.port}), started by process ` +
        `${record.launcher}: stop that one first, or use another state folder`,
    );
  }
  await end(home, pid);
}

async function end(home: Home, pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < 15_000; waited += 50) {
      if (!postmaster(home, pid)) return;
      await wait(50);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) on ${home.cluster} lost its launcher and does not end: kill it`);
}

const lockFile = (home: Home): string => join(home.cluster, 'postmaster.pid');

function lockHolder(home: Home): number | undefined {
  if (!existsSync(lockFile(home))) return undefined;
  return Number.parseInt(readFileSync(lockFile(home), 'utf8'), 10) || undefined;
}

/** The process, if it is a server on these data and no other that got the number since. */
function postmaster(home: Home, pid: number): { parent: number } | undefined {
  const info = processInfo(pid);
  return info?.command.includes(`-D ${home.cluster} `) ? info : undefined;
}

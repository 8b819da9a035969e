import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/** A PostgreSQL server whose disk can be filled. */
export interface SmallDisk extends AsyncDisposable {
  /** The URL of one of its databases. */
  url(database: string): string;
  /** Leaves no free byte on the disk. */
  fill(): void;
  /** Has the server ask for a new file of its write-ahead log, as it does by itself every 16 MiB. */
  turnLog(): Promise<void>;
  /** Gives the space back. */
  free(): void;
  /** The process of the server; undefined while it is down. */
  pid(): number | undefined;
}

const SIZE = '160m';
const MOUNT = 'mount -t tmpfs -o size="$1",mode=755 weir "$2" && shift 2 && exec "$@"';
const inNamespace = (folder: string, command: readonly string[]): string[] => [
  ...['--mount', '--propagation', 'private', 'sh', '-c', MOUNT, 'sh', SIZE, folder],
  ...command,
];

/** Why this machine lets us make no disk of our own; undefined when it does. */
export function smallDiskProblem(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root mounts a disk';
  const { status, error, stderr } = spawnSync('unshare', inNamespace('/mnt', ['true']), { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** Starts a server with these databases on a disk of 160 MB in memory, which is gone with it however this ends. */
export async function startOnSmallDisk(...databases: readonly string[]): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-small-disk-'));
  const program = join(import.meta.dirname, 'small-disk-server.ts');
  const command = [process.execPath, program, folder, ...databases];
  const child = spawn('unshare', inNamespace(folder, command), { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { admin, urls } = JSON.parse(line) as { admin: string; urls: Record<string, string> };
  // The disk as the namespace of the child sees it.
  const disk = join(`/proc/${child.pid}/root`, folder);
  const ballast = join(disk, 'ballast');

  return {
    url: (database) => urls[database] ?? '',
    fill: () => fillUp(ballast),
    turnLog: () => turnLog(admin),
    free: () => rmSync(ballast),
    pid: () => postmasterOf(disk),
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fillUp(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (const size of [2 ** 20, 2 ** 12]) while (hasWritten(descriptor, size));
  } finally {
    closeSync(descriptor);
  }
}

function hasWritten(descriptor: number, size: number): boolean {
  try {
    return writeSync(descriptor, Buffer.alloc(size)) > 0;
  } catch (error) {
    // In jest, an error of Node's own is no instance of this realm's Error.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

async function turnLog(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Each leaves a file behind that the next could use, as long as there is one.
    for (let turns = 0; turns < 8; turns += 1) {
      await client.query('select pg_logical_emit_message(false, $1, $2)', ['weir', 'x']);
      await client.query('select pg_switch_wal()');
    }
  } catch {
    // The server went down over it.
  } finally {
    await client.end().catch(() => undefined);
  }
}

function postmasterOf(disk: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(disk, 'data', 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return undefined;
  }
}

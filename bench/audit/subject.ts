import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { removeEmbeddedData, startEmbeddedPostgres } from '@weir/database/embedded';
import { freePorts } from '@weir/mesh';
import { startTokenServer, type TokenServer } from './token-server.ts';

/** The audit service as it runs in production, on a PostgreSQL of its own that flushes every commit to the disk. */
export interface Subject extends AsyncDisposable {
  readonly address: string;
  /** The same PostgreSQL, for the baseline. */
  readonly plainUrl: string;
  /** The database of the service, as its owner. */
  readonly auditUrl: string;
  readonly tokens: TokenServer;
  /** Processor time that the service has used so far, in seconds; NaN where /proc is not. */
  cpuSeconds(): number;
}

const READY_MS = 60_000;
const MAIN = join(import.meta.dirname, '../../apps/audit/src/main.ts');

/** Starts both; what they keep is removed in the end unless a folder is given. */
export async function startSubject(kept?: string): Promise<Subject> {
  await using stack = new AsyncDisposableStack();
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'weir-bench-audit-'));
  const dataDir = join(folder, 'postgres');
  if (kept === undefined) {
    stack.defer(() => {
      removeEmbeddedData(dataDir);
      rmSync(folder, { recursive: true, force: true });
    });
  }
  const postgres = stack.use(await startEmbeddedPostgres({ dataDir, durable: true }));
  const [auditUrl, plainUrl] = [await postgres.ensureDatabase('audit'), await postgres.ensureDatabase('plain')];
  const tokens = stack.use(await startTokenServer());
  const { audit: ports } = await freePorts();
  const secret = join(folder, 'audit.secret');
  writeFileSync(secret, 'not checked by the token server of this bench');

  const child = launch(folder, {
    DATABASE_URL: auditUrl,
    GRPC_LISTEN: `127.0.0.1:${ports.grpc}`,
    OPS_LISTEN: `127.0.0.1:${ports.ops}`,
    SECURITY_ADDRESS: `127.0.0.1:${tokens.port}`,
    CLIENT_SECRET_FILE: secret,
    RATE_LIMIT_PER_MINUTE: '100000000',
  });
  const ended = once(child, 'exit');
  stack.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await whenReady(`http://127.0.0.1:${ports.ops}/readyz`);

  const owned = stack.move();
  return {
    address: `127.0.0.1:${ports.grpc}`,
    plainUrl,
    auditUrl,
    tokens,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** User and system time of a process, from /proc; its clock ticks 100 times a second. */
function cpuSecondsOf(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return NaN;
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function launch(folder: string, env: Readonly<Record<string, string>>): ChildProcess {
  const log = openSync(join(folder, 'audit.log'), 'a');
  return spawn(process.execPath, [MAIN], {
    env: { ...process.env, WEIR_STATE_DIR: folder, ...env },
    stdio: ['ignore', log, log],
  });
}

async function whenReady(url: string): Promise<void> {
  for (const giveUpAt = Date.now() + READY_MS; Date.now() < giveUpAt;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await wait(50);
  }
  throw new Error('the audit service did not become ready; its log is audit.log in the bench folder');
}

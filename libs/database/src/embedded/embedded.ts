import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseLog } from '../availability.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { ADMIN_ROLE, ensureCluster } from './cluster.ts';
import { freePort } from './free-port.ts';
import { prepareHome, type Home } from './home.ts';
import { readRecord, takeOver, writeRecord } from './occupancy.ts';
import { startPostmaster, type Postmaster } from './postmaster.ts';
import { ensureOwnedDatabase, passwordOf, withAdmin } from './roles.ts';

/** How an embedded server is started. */
export interface EmbeddedOptions {
  /** The folder that keeps it; made if missing. Started again on the same folder, it has the same data. */
  readonly dataDir: string;
  /** A port on loopback; by default the one of last time, or a free one. */
  readonly port?: number;
  /** False for tests: faster, and a crash of the machine may lose everything. */
  readonly durable: boolean;
  readonly log?: DatabaseLog;
}

/** A real PostgreSQL server that lives as long as this process. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly port: number;
  /** Where its data are: below `dataDir`, or below /var/lib/weir when only root can reach that. */
  readonly home: string;
  /** The process of the server now; it changes when a server that died is started again. */
  pid(): number | undefined;
  /** For setting things up; services get the URL of a database of their own. */
  adminUrl(database?: string): string;
  /** The URL of a database for the role that owns it. */
  url(name: string): string;
  /** Makes the database and its role, which is no superuser, if they are not there, and returns the URL. */
  ensureDatabase(name: string): Promise<string>;
}

/** Starts PostgreSQL from npm on loopback; see the README for what it does about root, crashes and orphans. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const home = prepareHome(options.dataDir);
  await takeOver(home);
  const binaries = await findBinaries(home);
  const secret = await ensureCluster(home, binaries, options.durable);
  const port = options.port ?? (await freePort(readRecord(home)?.port));
  writeRecord(home, { launcher: process.pid, port });
  const server = await supervise(home, binaries, port, options);

  const urlFor = (role: string, password: string, database: string): string =>
    `postgresql://${role}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const adminUrl = (database = 'postgres'): string => urlFor(ADMIN_ROLE, secret, database);
  const url = (name: string): string => urlFor(encodeURIComponent(name), passwordOf(name, secret), name);
  return {
    port,
    home: home.path,
    pid: server.pid,
    adminUrl,
    url,
    async ensureDatabase(name) {
      await withAdmin(adminUrl(), (client) => ensureOwnedDatabase(client, name, passwordOf(name, secret)));
      return url(name);
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Keeps the server running: one that dies is started again on the same port until it is stopped. */
async function supervise(home: Home, binaries: Binaries, port: number, { durable, log }: EmbeddedOptions) {
  const stopping = new AbortController();
  let current: Postmaster | undefined = await startPostmaster(home, binaries, port, durable);
  const hasStopped = (): boolean => stopping.signal.aborted;
  const supervision = keepUp();

  async function keepUp(): Promise<void> {
    for (let delay = 100; !hasStopped(); delay = Math.min(delay * 2, 2_000)) {
      await current?.ended;
      if (hasStopped()) return;
      log?.warn({ port }, 'PostgreSQL has ended; starting it again');
      try {
        await takeOver(home);
        current = await startPostmaster(home, binaries, port, durable);
        delay = 100;
      } catch (error) {
        // Processes of the old server may still hold its memory for a moment.
        log?.warn({ err: error }, 'PostgreSQL does not start again yet');
        current = undefined;
        await wait(delay);
      }
    }
  }

  return {
    pid: () => current?.pid,
    async stop(): Promise<void> {
      stopping.abort();
      await current?.stop(durable ? 'fast' : 'immediate');
      await supervision;
      // It may have come back just before.
      await current?.stop('fast');
    },
  };
}

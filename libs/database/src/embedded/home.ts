import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { canEnter, serverUser, type ServerUser } from './server-user.ts';

/** Where root keeps what another user has to reach. */
export const SHARED_ROOT = '/var/lib/weir';

/** The folder of one server, and who it belongs to. */
export interface Home {
  /** The folder asked for, absolute. */
  readonly dataDir: string;
  /** Where everything is: `dataDir`, or a folder below /var/lib/weir when the server's user cannot reach that. */
  readonly path: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  /** The administrator's password. */
  readonly password: string;
  readonly log: string;
  /** Who runs the server, for the next one who wants to. */
  readonly record: string;
  readonly user: ServerUser | undefined;
}

/** Finds or makes the folder of a server. A folder elsewhere is remembered in a file `location` in `dataDir`. */
export function prepareHome(directory: string): Home {
  const dataDir = resolve(directory);
  mkdirSync(dataDir, { recursive: true });
  const path = locate(dataDir);
  const user = serverUser(join(path, 'data'));
  if (path !== dataDir) openSharedRoot();
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
  return { dataDir, ...layout(path), user };
}

/** Deletes all that a stopped server kept for `dataDir`, wherever it is. */
export function removeEmbeddedData(dataDir: string): void {
  const marker = join(dataDir, 'location');
  if (existsSync(marker)) rmSync(readFileSync(marker, 'utf8').trim(), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

/** Makes the folder that every user can pass through, whatever the umask. */
export function openSharedRoot(): void {
  mkdirSync(SHARED_ROOT, { recursive: true });
  chmodSync(SHARED_ROOT, 0o755);
}

function locate(dataDir: string): string {
  const marker = join(dataDir, 'location');
  if (existsSync(marker)) return readFileSync(marker, 'utf8').trim();
  const user = serverUser(join(dataDir, 'data'));
  if (canEnter(user, dataDir)) return dataDir;
  if (existsSync(join(dataDir, 'data'))) {
    throw new Error(
      `${dataDir} holds PostgreSQL data that the user ${user?.name} can no longer reach: open the folders above it`,
    );
  }
  const id = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  // A random part, so that deleting the folder means starting afresh.
  const path = join(SHARED_ROOT, `${id}-${randomBytes(3).toString('hex')}`);
  writeFileSync(marker, `${path}\n`);
  return path;
}

const layout = (path: string): Omit<Home, 'dataDir' | 'user'> => ({
  path,
  cluster: join(path, 'data'),
  password: join(path, 'password'),
  log: join(path, 'server.log'),
  record: join(path, 'server.json'),
});

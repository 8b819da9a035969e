import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { Home } from './home.ts';
import { identity } from './server-user.ts';

/** The role that owns the server. Services never use it. */
export const ADMIN_ROLE = 'weir_admin';

/** Makes the data directory if there is none and returns the administrator's password. */
export async function ensureCluster(home: Home, { initdb }: Binaries, durable: boolean): Promise<string> {
  if (existsSync(home.cluster)) return readFileSync(home.password, 'utf8').trim();

  const password = randomBytes(24).toString('base64url');
  writeFileSync(home.password, `${password}\n`, { mode: 0o600 });
  if (home.user) chownSync(home.password, home.user.uid, home.user.gid);

  // Made beside and renamed: a directory that is there is complete, whatever interrupted the attempt before.
  const partial = `${home.cluster}.partial`;
  await rm(partial, { recursive: true, force: true });
  await promisify(execFile)(initdb, initArguments(partial, home.password, durable), {
    ...identity(home.user),
    cwd: home.path,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  }).catch((error: unknown) => {
    throw new Error(`initdb failed in ${home.path}: ${saidBy(error)}`, { cause: error });
  });
  await rename(partial, home.cluster);
  return password;
}

const initArguments = (directory: string, passwordFile: string, durable: boolean): string[] => [
  ...['-D', directory],
  ...['--username', ADMIN_ROLE, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
  // The order of text is that of its code points, the same on every machine.
  ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
  // Passwords here are random and long: the default of 4,096 iterations would only slow each connection down.
  ...['--set', 'scram_iterations=256'],
  '--no-instructions',
  ...(durable ? [] : ['--no-sync']),
];

const saidBy = (error: unknown): string =>
  error instanceof Error && 'stderr' in error ? String(error.stderr).trim() || error.message : String(error);

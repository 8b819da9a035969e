import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** The operating system user that PostgreSQL runs as; undefined for the current one. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const candidates = ['postgres', '_postgres', 'nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root, so root starts it as somebody else: the owner of the data if there are any, else
 * an unprivileged user that this machine has.
 */
export function serverUser(cluster: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = ownerOf(cluster);
  if (owner) return owner;
  const users = readUsers();
  const user = candidates.map((name) => users.get(name)).find((found) => found && found.uid > 0);
  if (!user) throw new Error(`PostgreSQL does not run as root and this machine has none of ${candidates.join(', ')}`);
  return user;
}

/** Whether `user` can enter `directory`, whatever stands in its way. */
export function canEnter(user: ServerUser | undefined, directory: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd -- "$0"', directory], {
    ...identity(user),
    stdio: 'ignore',
    cwd: '/',
  });
  return status === 0;
}

/** The options of `spawn` that make a child run as `user`. */
export const identity = (user: ServerUser | undefined): { uid?: number; gid?: number } =>
  user ? { uid: user.uid, gid: user.gid } : {};

function ownerOf(path: string): ServerUser | undefined {
  const { uid, gid } = statSync(path, { throwIfNoEntry: false }) ?? { uid: 0, gid: 0 };
  return uid === 0 ? undefined : { name: `uid ${uid}`, uid, gid };
}

function readUsers(): Map<string, ServerUser> {
  const users = new Map<string, ServerUser>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) users.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  return users;
}

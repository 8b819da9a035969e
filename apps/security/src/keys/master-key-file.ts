import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
  fsyncSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { masterKey, MASTER_KEY_BYTES, type MasterKey } from './master-key.ts';

/**
 * The master key in a file: 32 bytes as base64, readable by nobody else. Where there is none yet it is made, for the
 * first boot; a wrong one is refused by name, for everything stored under the right one would be unreadable.
 */
export function loadMasterKey(path: string): MasterKey {
  createOnce(path);
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  const text = readFileSync(path, 'utf8').trim();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== MASTER_KEY_BYTES || bytes.toString('base64') !== text) {
    throw new Error(`MASTER_KEY_FILE (${path}) must hold ${MASTER_KEY_BYTES} bytes as base64`);
  }
  return masterKey(bytes);
}

/** Appears whole or not at all, and never over another, also when two processes start at once. */
function createOnce(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeDurably(draft, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`);
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Writes a file that only its owner can read, down to the disk. */
export function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
}

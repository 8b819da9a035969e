import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs an install while no other terminal runs one in the same folder. */
export async function withInstallLock(root, progress, install) {
  const file = join(root, '.npm-install.lock');
  while (!take(file)) {
    const holder = Number(readText(file));
    if (isAlive(holder)) {
      progress.update(`Waiting for another terminal to install packages (process ${holder})`);
      await sleep(500);
    } else {
      rmSync(file, { force: true });
    }
  }

  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    await install();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

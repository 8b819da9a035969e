import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { expectedFolders, installedState, writeStamp } from './lockfile.mjs';
import { SetupError } from './setup-error.mjs';

const COUNT_INTERVAL_MS = 400;
const HEAD_LINES = 12;
const TAIL_LINES = 6;

/** Makes node_modules what package-lock.json asks for. Does nothing when it is so already. */
export async function ensureInstalled(root, progress) {
  if (installedState(root) === 'current') return;

  await withInstallLock(root, progress, async () => {
    const state = installedState(root);
    if (state === 'current') return;
    // What is stale is brought up to date in place: another terminal may be running from it.
    const locked = existsSync(join(root, 'package-lock.json'));
    await runNpm(root, locked && (state === 'missing' || process.env.CI) ? 'ci' : 'install', progress);
    writeStamp(root);
  });
}

async function runNpm(root, how, progress) {
  const folders = expectedFolders(root);
  const present = () => folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).length;
  const report = () => progress.update(describe(present(), folders.length));
  report();
  const timer = setInterval(report, COUNT_INTERVAL_MS);

  const { code, output } = await npm(root, [how, '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
  clearInterval(timer);
  if (code === 0) return progress.done(`Installed ${present()} packages`);
  // A package.json was edited by hand: npm install writes the lockfile that npm ci misses. In CI that is a mistake.
  if (how === 'ci' && !process.env.CI && output.includes('in sync')) return runNpm(root, 'install', progress);
  throw new SetupError(`npm ${how} failed:\n\n${excerpt(output)}\n\n${advice(output)}`);
}

const excerpt = (output) => {
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('npm warn'));
  if (lines.length <= HEAD_LINES + TAIL_LINES) return lines.join('\n');
  return [...lines.slice(0, HEAD_LINES), '...', ...lines.slice(-TAIL_LINES)].join('\n');
};

const describe = (present, total) =>
  total === 0
    ? 'Installing packages'
    : present < total
      ? `Installing packages: ${present} of ${total}`
      : `Installing packages: all ${total}, preparing the pinned Node`;

const advice = (output) =>
  /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH/.test(output)
    ? 'The npm registry does not answer. Check the network (npm ping), then run the same command again.'
    : /ENOSPC/.test(output)
      ? 'The disk is full: about 1 GB is needed.'
      : /EACCES|EPERM/.test(output)
        ? 'This folder or the npm cache belongs to another user. Run the same command as its owner.'
        : "Run the same command again; npm's own log, named above, says more.";

function npm(root, args) {
  // The npm that runs this script, else the one on the PATH.
  const script = process.env.npm_execpath;
  const own = script !== undefined && /\.c?js$/.test(script) && existsSync(script);
  const child = own
    ? spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });

  // Interrupted: nobody is left behind who goes on installing.
  const stop = (signal) => {
    child.kill(signal);
    process.exit(1);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) =>
      reject(new SetupError(`npm cannot be started: ${error.message}. Install npm 10 or newer.`)),
    );
    child.on('close', (code) => {
      process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
      resolve({ code, output });
    });
  });
}

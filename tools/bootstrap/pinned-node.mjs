import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** From here on Node runs TypeScript files as they are. */
const OLDEST_FALLBACK = [22, 18];

/** The path of the Node binary that package.json pins. Runs its installer when npm was told not to. */
export async function ensureNode(root, progress) {
  const dir = join(root, 'node_modules/node');
  const binary = join(dir, 'bin/node');
  const wanted = `v${JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).version}`;

  if (process.version === wanted) return process.execPath;
  if (existsSync(binary) && versionOf(binary) === wanted) return binary;

  progress.update(`Installing the pinned Node ${wanted}`);
  const output = await runInstaller(dir);
  if (existsSync(binary) && versionOf(binary) === wanted) {
    progress.done(`Installed Node ${wanted}`);
    return binary;
  }
  progress.stop();
  return fallback(wanted, binary, output);
}

function versionOf(binary) {
  return spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim();
}

// The install script of the npm package "node" fetches the binary of this platform. npm skips install scripts that
// are not allowed, or all of them with ignore-scripts.
function runInstaller(dir) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const child = spawn(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: dir,
    env: { ...env, npm_config_audit: 'false', npm_config_fund: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve) => {
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve(error.message));
    child.on('close', () => resolve(output));
  });
}

function fallback(wanted, binary, output) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_FALLBACK[0] || (major === OLDEST_FALLBACK[0] && minor >= OLDEST_FALLBACK[1])) {
    process.stderr.write(`The pinned Node ${wanted} cannot run here; going on with ${process.version}.\n`);
    return process.execPath;
  }
  throw new SetupError(
    `The pinned Node ${wanted} is not at ${binary}, and its installer did not bring it:\n\n${output.trim()}\n\n` +
      'Do one of these, then run the same command again:\n' +
      '  npm rebuild node --ignore-scripts=false    (npm was told to skip install scripts)\n' +
      `  install Node ${wanted} yourself            (no network for npm, or a platform that has no such package)`,
  );
}

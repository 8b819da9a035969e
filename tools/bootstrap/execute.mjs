import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

const SAME_SIGNAL_MS = 500;

/** Runs a program on the given Node from the root, with node_modules/.bin first on the PATH. Returns its exit code. */
export function execute({ node, root, args, serves = false }) {
  process.chdir(root);
  const path = [join(root, 'node_modules/.bin'), dirname(node), process.env.PATH];
  // Node keeps what it compiled, for every program that is started from here.
  const cache = process.env.NODE_COMPILE_CACHE || join(root, 'node_modules/.cache/weir');
  const env = { ...process.env, PATH: path.join(delimiter), NODE_COMPILE_CACHE: cache };
  if (serves) return supervise(node, args, env);

  // Becoming the program leaves nobody in between who could be killed alone.
  if (process.execve) process.execve(node, [node, ...args], env);
  const child = spawn(node, args, { env, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the program itself.
  return relay(child, (signal) => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
}

// Ctrl-C reaches a program twice, once from the terminal and once from npm, and a second one means "now". So the
// program gets a process group of its own and hears each signal once, from here. The channel tells it when this
// process is gone without a word.
function supervise(node, args, env) {
  const child = spawn(node, args, {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  let last = 0;
  return relay(child, (signal) => {
    if (Date.now() - last > SAME_SIGNAL_MS) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    last = Date.now();
  });
}

function relay(child, onSignal) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.removeListener(name, onSignal);
      if (signal) process.kill(process.pid, signal);
      else resolve(code);
    });
  });
}

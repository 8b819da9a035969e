import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ensureNode } from './pinned-node.mjs';
import { execute } from './execute.mjs';
import { createProgress } from './progress.mjs';
import { tasks } from './tasks.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Installs what is missing, then runs a task on the pinned Node. Returns the exit code. */
export async function main(name, args) {
  const task = tasks[name];
  if (!task) {
    process.stderr.write(`There is no task "${name}". Tasks: ${Object.keys(tasks).join(', ')}.\n`);
    return 2;
  }

  const progress = createProgress(process.stderr);
  try {
    await ensureInstalled(ROOT, progress);
    const node = await ensureNode(ROOT, progress);
    progress.stop();
    return await execute({ node, root: ROOT, args: [...task.run, ...args], ...task });
  } catch (error) {
    progress.stop();
    if (error?.name !== 'SetupError') throw error;
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  }
}

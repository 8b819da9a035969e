import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunContent } from '../../domain/search/run-builder.ts';
import { asBuffer, type RunTask } from './run-task.ts';

/** Does tasks in a thread of its own, one after the other. */
export interface RunWorker extends AsyncDisposable {
  perform(task: RunTask): Promise<RunContent>;
}

const IDLE_MS = 30_000;
const PROGRAM = join(import.meta.dirname, 'run-thread.ts');

/** A worker whose thread starts with the first task and ends when there was none for a while. */
export function runWorker(): RunWorker {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  async function run(task: RunTask): Promise<RunContent> {
    clearTimeout(idle);
    thread ??= startThread();
    const answered = once(thread, 'message');
    thread.postMessage(task);
    const [content] = (await answered) as [RunContent];
    idle = setTimeout(() => void end(), IDLE_MS).unref();
    return asBuffers(content);
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  }

  return {
    perform(task) {
      const result = last.then(() => run(task));
      last = result.catch(() => end());
      return result;
    },
    async [Symbol.asyncDispose]() {
      await last;
      await end();
    },
  };
}

function startThread(): Worker {
  const thread = new Worker(PROGRAM);
  thread.unref();
  return thread;
}

const asBuffers = (content: RunContent): RunContent => ({
  ...content,
  times: asBuffer(content.times),
  directory: asBuffer(content.directory),
  keys: asBuffer(content.keys),
  postings: asBuffer(content.postings),
});

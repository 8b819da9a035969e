import { PreviewDatasetResponse } from '@weir/contracts/agent';
import { CsvOptions } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { formatLabel } from '../domain/data-formats.ts';
import type { DataSource, DatasetReader } from './dataset-reader.ts';
import type { ReaderAnswer, ReaderRequest } from './reader-protocol.ts';

const ENTRY = join(import.meta.dirname, '..', 'reader-main.ts');
const TIMEOUT_MS = 60_000;
const IDLE_MS = 120_000;

interface Pending {
  settle(answer: ReaderAnswer): void;
}

/** Reads files in a child process, started when it is first needed, ended when idle, replaced when it dies. */
export function readerProcess(): DatasetReader {
  const pending = new Map<number, Pending>();
  let child: ChildProcess | undefined;
  let lastId = 0;
  let idle: NodeJS.Timeout | undefined;

  const stop = (): void => void child?.kill('SIGKILL');
  const ensure = (): ChildProcess => {
    clearTimeout(idle);
    if (child) return child;
    const started = fork(ENTRY, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    child = started;
    started.on('message', (answer: ReaderAnswer) => pending.get(answer.id)?.settle(answer));
    const gone = (): void => {
      if (child === started) child = undefined;
      for (const [id, { settle }] of pending) settle({ id, problem: 'its reader died' });
    };
    started.once('exit', gone).once('error', gone);
    return started;
  };

  async function ask(source: DataSource, preview: ReaderRequest['preview'], signal: AbortSignal) {
    signal.throwIfAborted();
    const { path, format, csv } = source;
    const id = (lastId += 1);
    const { promise, resolve } = Promise.withResolvers<ReaderAnswer>();
    pending.set(id, { settle: resolve });
    // One file after the other would be kinder, but a reader that hangs must not hold up the others for long.
    const timer = setTimeout(stop, TIMEOUT_MS);
    const abort = (): void => resolve({ id, problem: 'the call ended' });
    signal.addEventListener('abort', abort, { once: true });
    try {
      ensure().send({ id, path, format, csv: csv && CsvOptions.encode(csv).finish(), preview } satisfies ReaderRequest);
      const answer = await promise;
      signal.throwIfAborted();
      if (answer.response) return PreviewDatasetResponse.decode(answer.response);
      throw reason('DATASET_UNREADABLE', { format: formatLabel(format), problem: answer.problem ?? '' });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      pending.delete(id);
      if (pending.size === 0) idle = setTimeout(stop, IDLE_MS).unref();
    }
  }

  return {
    describe: (source, signal) => ask(source, undefined, signal),
    preview: (source, columns, maxRows, signal) => ask(source, { columns, maxRows }, signal),
    async [Symbol.asyncDispose]() {
      clearTimeout(idle);
      stop();
    },
  };
}

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

/** Reads files in a child process, started when it is first needed, ended when idle, replaced when it dies. */
export const readerProcess = (): DatasetReader => new Reader();

type Preview = ReaderRequest['preview'];

class Reader implements DatasetReader {
  readonly #pending = new Map<number, (answer: ReaderAnswer) => void>();
  #child: ChildProcess | undefined;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  describe(source: DataSource, signal: AbortSignal): Promise<PreviewDatasetResponse> {
    return this.#ask(source, undefined, signal);
  }

  preview(source: DataSource, columns: readonly string[], maxRows: number, signal: AbortSignal) {
    return this.#ask(source, { columns, maxRows }, signal);
  }

  async slice(
    source: DataSource,
    columns: readonly string[],
    maxRows: number,
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#ask(source, { columns, maxRows, copyTo: path }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    this.#stop();
  }

  async #ask(source: DataSource, preview: Preview, signal: AbortSignal): Promise<PreviewDatasetResponse> {
    signal.throwIfAborted();
    const { path, format, csv } = source;
    const id = (this.#lastId += 1);
    const { promise, resolve } = Promise.withResolvers<ReaderAnswer>();
    this.#pending.set(id, resolve);
    // A reader that hangs takes the questions beside it along: they fail, and the next one gets a fresh reader.
    const timer = setTimeout(() => this.#stop(), TIMEOUT_MS);
    const abort = (): void => resolve({ id, problem: 'the call ended' });
    signal.addEventListener('abort', abort, { once: true });
    try {
      const request = { id, path, format, csv: csv && CsvOptions.encode(csv).finish(), preview };
      this.#running().send(request satisfies ReaderRequest);
      const answer = await promise;
      signal.throwIfAborted();
      if (answer.response) return PreviewDatasetResponse.decode(answer.response);
      throw reason('DATASET_UNREADABLE', { format: formatLabel(format), problem: answer.problem ?? '' });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#idle = setTimeout(() => this.#stop(), IDLE_MS).unref();
    }
  }

  #running(): ChildProcess {
    clearTimeout(this.#idle);
    if (this.#child) return this.#child;
    const child = fork(ENTRY, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    child.on('message', (answer: ReaderAnswer) => this.#pending.get(answer.id)?.(answer));
    const gone = (): void => {
      if (this.#child === child) this.#child = undefined;
      for (const [id, settle] of this.#pending) settle({ id, problem: 'its reader died' });
    };
    child.once('exit', gone).once('error', gone);
    this.#child = child;
    return child;
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
  }
}

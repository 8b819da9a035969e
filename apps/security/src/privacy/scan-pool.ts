import { reason, WeirError } from '@weir/errors';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { AnonymizedBatch, FoundInRecord } from '../domain/privacy/scan-job.ts';
import { fairQueue } from './fair-queue.ts';
import type { AnonymizeJob, Answer, DetectJob } from './scan-protocol.ts';

/** Threads beside the one that answers calls, for scans that take long. */
export interface ScanPool extends AsyncDisposable {
  /** PII_REMAINS, FIELD_CONFLICT, SCAN_INCOMPLETE, SCAN_QUEUE_FULL, SCANNER_LOST. */
  anonymize(job: AnonymizeJob, signal: AbortSignal): Promise<AnonymizedBatch>;
  /** SCAN_INCOMPLETE, SCAN_QUEUE_FULL, SCANNER_LOST. */
  detect(job: DetectJob, signal: AbortSignal): Promise<FoundInRecord[]>;
  /** Scans that are at work or wait. */
  readonly pending: number;
  /** Threads that run now. */
  readonly threads: readonly { terminate(): Promise<number> }[];
}

/** How a pool is run. */
export interface ScanPoolOptions {
  /** Unset: one less than the machine has processors. */
  readonly threads: number | undefined;
  /** Scans that may wait for a thread; tenants take turns. */
  readonly queue: number;
}

// A thread takes some 40 MiB, and half a second to start.
const IDLE_MS = 5_000;
/** A thread that needs more ends, and the call with it; the service goes on. */
const MEMORY_MIB = 512;
const RETRY_AFTER_MS = 1_000;
/** Timers take no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Starts threads when there is work, and ends them when there is none. */
export function scanPool({ threads, queue }: ScanPoolOptions): ScanPool {
  const maxThreads = threads ?? Math.max(1, availableParallelism() - 1);
  const pool = poolOf(maxThreads);
  const waiting = fairQueue({
    atOnce: maxThreads,
    waiting: queue,
    full: () => reason('SCAN_QUEUE_FULL', { waiting: queue }, { retryAfterMs: RETRY_AFTER_MS }),
  });

  async function run<T>(name: string, job: AnonymizeJob | DetectJob, signal: AbortSignal): Promise<T> {
    const late = AbortSignal.timeout(Math.max(0, Math.min(job.deadline - Date.now(), MAX_TIMEOUT_MS)));
    const ends = AbortSignal.any([signal, late]);
    try {
      // The pool has as many at work as threads: what waits, waits here, each tenant for itself.
      const scan = async () => (await pool.run(job, { name, signal: ends })) as Answer<T>;
      const answer = await waiting.run(job.settings.tenant, ends, scan);
      if ('done' in answer) return answer.done;
      throw reason(answer.refused.reason, answer.refused.metadata);
    } catch (error) {
      if (error instanceof WeirError) throw error;
      if (ends.aborted) throw reason('SCAN_INCOMPLETE');
      throw reason('SCANNER_LOST', {}, { cause: error, retryAfterMs: RETRY_AFTER_MS });
    }
  }

  return {
    anonymize: (job, signal) => run<AnonymizedBatch>('anonymize', job, signal),
    detect: (job, signal) => run<FoundInRecord[]>('detect', job, signal),
    get pending() {
      return waiting.pending;
    },
    get threads() {
      return pool.threads;
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function poolOf(maxThreads: number): Piscina {
  const pool = new Piscina({
    filename: join(import.meta.dirname, 'scan-thread.ts'),
    minThreads: 0,
    maxThreads,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    execArgv: [],
  });
  // A thread that dies without work is replaced when the next one is needed.
  pool.on('error', () => undefined);
  return pool;
}

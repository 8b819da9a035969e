import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import type { DataKeys } from '../encryption/data-keys.ts';
import { rewrapDataKeys } from '../encryption/rewrap-keys.ts';
import type { PlainArea } from '../plaintext/plain-area.ts';
import type { DataKeyStore } from '../store/data-key-store.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { DatasetStore } from '../store/dataset-store.ts';
import type { InstanceStore } from '../store/instance-store.ts';
import type { JobStore } from '../store/job-store.ts';
import type { RunFiguresStore } from '../store/run-figures-store.ts';
import type { Leftovers } from '../datasets/leftovers.ts';

/** What is kept in order. */
export interface HousekeepingParts {
  readonly instances: InstanceStore;
  readonly datasets: DatasetStore;
  readonly leftovers: Leftovers;
  readonly plain: PlainArea;
  readonly maskedArea: PlainArea;
  readonly dataKeys: DataKeys;
  readonly datasetKeys: DataKeyStore;
  readonly log: Pick<Logger, 'warn'>;
  /** After so long without a sign of life a process is taken for dead. */
  readonly instanceTtlMs: number;
  readonly jobs: JobStore;
  readonly figures: RunFiguresStore;
  readonly jobRunner: Pick<JobRunner, 'tend'>;
}

const SWEEP_MS = 10_000;
const REWRAP_MS = 60_000;

/** Says that this process lives, frees what dead ones held, and removes what has expired and what nobody needs. */
export async function startHousekeeping(parts: HousekeepingParts): Promise<AsyncDisposable> {
  const { instances, datasets, leftovers, instanceTtlMs, log } = parts;
  const beat = repeat(instanceTtlMs / 5, log, async () => {
    await instances.reap(instanceTtlMs);
    await parts.jobRunner.tend();
  });
  const sweep = repeat(SWEEP_MS, log, async () => {
    await datasets.removeExpired(platformScope());
    await leftovers.sweep();
    await parts.plain.sweep();
    await parts.maskedArea.sweep();
    await parts.jobs.forgetExpired(platformScope());
    await parts.figures.foldOld(platformScope());
  });
  const rewrap = repeat(REWRAP_MS, log, () => rewrapDataKeys(parts));
  // Before anything else: what a crash left in plain text.
  await parts.plain.sweep();
  await parts.maskedArea.sweep();
  await beat.now();
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([beat.stop(), sweep.stop(), rewrap.stop()]);
      // What this process held is free at once, where the database still answers.
      await instances.leave().catch(() => undefined);
    },
  };
}

interface Repetition {
  now(): Promise<void>;
  stop(): Promise<void>;
}

/** Does something again and again, never twice at the same time; a failure waits for the next time. */
function repeat(everyMs: number, log: Pick<Logger, 'warn'>, work: () => Promise<void>): Repetition {
  let running: Promise<void> | undefined;
  const now = (): Promise<void> =>
    (running ??= work()
      .catch((err: unknown) => log.warn({ err }, 'housekeeping failed; it is tried again'))
      .finally(() => {
        running = undefined;
      }));
  const timer = setInterval(() => void now(), everyMs).unref();
  return {
    now,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

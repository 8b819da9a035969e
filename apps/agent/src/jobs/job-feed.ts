import type { Job } from '@weir/contracts/agent';
import { EventEmitter, once } from 'node:events';

/** How far a job is. */
export type JobProgress = NonNullable<Job['progress']>;

/** What happens to jobs that this process works on. */
export interface JobFeed {
  /** Says that a job has changed. */
  changed(name: string): void;
  /** Says how far a job is. */
  progressed(name: string, progress: JobProgress): void;
  /** How far it is; undefined when this process does not work on it. */
  progressOf(name: string): JobProgress | undefined;
  /** Forgets how far a job was. */
  forget(name: string): void;
  /** Resolves with the next change or progress of a job from now on, after `withinMs`, or when the signal aborts. */
  next(name: string, withinMs: number, signal: AbortSignal): Promise<void>;
}

/** An empty feed. */
export function jobFeed(): JobFeed {
  const bell = new EventEmitter().setMaxListeners(0);
  const progress = new Map<string, JobProgress>();
  return {
    changed: (name) => void bell.emit(name),
    progressed(name, now) {
      progress.set(name, now);
      bell.emit(name);
    },
    progressOf: (name) => progress.get(name),
    forget: (name) => void progress.delete(name),
    async next(name, withinMs, signal) {
      const waiting = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
      await once(bell, name, { signal: waiting }).catch(() => undefined);
    },
  };
}

// A thread that builds and merges search runs, so that calls do not wait for it.
import { existsSync, readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { perform, type RunTask } from './run-task.ts';

const LATER = 10;

/** Linux has priorities by thread: where processors are few, those who answer calls come first. */
function giveWay(): void {
  const self = '/proc/thread-self';
  if (existsSync(self)) setPriority(Number(basename(readlinkSync(self))), LATER);
}

giveWay();
parentPort?.on('message', (task: RunTask) => parentPort?.postMessage(perform(task)));

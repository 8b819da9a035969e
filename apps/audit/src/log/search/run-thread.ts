// A thread that builds and merges search runs, so that calls do not wait for it.
import { parentPort } from 'node:worker_threads';
import { perform, type RunTask } from './run-task.ts';

parentPort?.on('message', (task: RunTask) => parentPort?.postMessage(perform(task)));

import type { ExecuteRequest, ExecuteResponse } from '@weir/contracts/agent';
import { parse, type ServerStream } from '@weir/rpc';
import { ExecuteSchema } from '../plan/request.ts';
import { progressMessage } from '../result/progress.ts';
import type { Worker } from '../worker.ts';

const PROGRESS_MS = 500;

/** Execute: runs one pipeline, with progress all the while; the run ends with the call. */
export function execute(worker: Worker): ServerStream<ExecuteRequest, ExecuteResponse> {
  return async function* (request, { signal }) {
    const order = parse(ExecuteSchema, request);

    const run = worker.start(order, signal);
    do yield { update: { $case: 'progress', value: progressMessage(run.progress) } };
    while (!(await endsWithin(run.result, PROGRESS_MS)));

    yield { update: { $case: 'result', value: await run.result } };
  };
}

/** Whether the work ends, well or not, before the time is over. */
async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const ended = work.then(
    () => true,
    () => true,
  );
  const isEnded = await Promise.race([ended, late]);
  clearTimeout(timer);
  return isEnded;
}

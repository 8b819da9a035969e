import { tenantScope, type AuditFields, type CallContext } from '@weir/context';
import { ProcessDataResponse, type RunResult } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { currentTraceparent } from '@weir/telemetry';
import { answerOf } from '../domain/request-digest.ts';
import type { AnswerKey, AnswerStore } from '../store/answer-store.ts';
import { endOfCall } from './end-of-call.ts';
import { outsideOfCall } from './outside-of-call.ts';
import type { RunEngine, RunOrder } from './run-order.ts';

/** Runs of calls that may be repeated: what is one request runs once, however many calls wait for it. */
export interface SharedRuns {
  run(order: RunOrder, key: AnswerKey, requestDigest: Buffer, context: CallContext): Promise<RunResult>;
}

interface SharedRun {
  readonly requestDigest: Buffer;
  readonly result: Promise<RunResult>;
  readonly facts: AuditFields[];
  readonly listeners: Set<CallContext>;
  readonly ending: AbortController;
}

/** Shares the runs of one process; across processes and restarts the kept answers do. */
export function sharedRuns(engine: RunEngine, answers: AnswerStore): SharedRuns {
  const running = new Map<string, SharedRun>();

  const begin = (id: string, order: RunOrder, key: AnswerKey, requestDigest: Buffer): SharedRun => {
    const ending = new AbortController();
    const facts: AuditFields[] = [];
    const listeners = new Set<CallContext>();
    const hooks = {
      onFacts: (known: AuditFields) => {
        facts.push(known);
        for (const context of listeners) context.audit(known);
      },
    };
    const work = () => runOnce(engine, answers, order, key, requestDigest, hooks, ending.signal);
    // Not part of the call that began it: others may wait for it when that one is long gone.
    const result = outsideOfCall(currentTraceparent(), work).finally(() => running.delete(id));
    const shared = { requestDigest, result, facts, listeners, ending };
    if (key.requestId !== '') running.set(id, shared);
    return shared;
  };

  return {
    async run(order, key, requestDigest, context) {
      const earlier = key.requestId === '' ? undefined : await answers.find(context.scope, key);
      if (earlier) return resultIn(answerOf(earlier, requestDigest, key.requestId));
      const id = `${key.principal} ${key.requestId}`;
      const shared = running.get(id) ?? begin(id, order, key, requestDigest);
      if (!shared.requestDigest.equals(requestDigest)) throw reason('REQUEST_ID_REUSED', { request_id: key.requestId });
      return waitFor(shared, context);
    },
  };
}

/** Waits for a shared run. When nobody waits for it any more it ends. */
async function waitFor(shared: SharedRun, context: CallContext): Promise<RunResult> {
  const { listeners, facts, ending, result } = shared;
  const left = Promise.withResolvers<never>();
  const leave = (): void => {
    listeners.delete(context);
    const why = endOfCall(context);
    left.reject(why);
    if (listeners.size === 0) ending.abort(why);
  };
  listeners.add(context);
  facts.forEach((known) => context.audit(known));
  if (context.signal.aborted) leave();
  else context.signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([result, left.promise]);
  } finally {
    listeners.delete(context);
    context.signal.removeEventListener('abort', leave);
  }
}

async function runOnce(
  engine: RunEngine,
  answers: AnswerStore,
  order: RunOrder,
  key: AnswerKey,
  requestDigest: Buffer,
  hooks: { onFacts: (facts: AuditFields) => void },
  signal: AbortSignal,
): Promise<RunResult> {
  const keep = async (scope: Parameters<AnswerStore['keep']>[0], result: RunResult): Promise<void> => {
    const response = ProcessDataResponse.encode({ result }).finish();
    if (key.requestId === '' || (await answers.keep(scope, key, { requestDigest, response }))) return;
    // Another process was faster with the same request: its answer counts, and nothing of this run does.
    throw new AnsweredElsewhere();
  };
  try {
    const result = await engine.run(order, { ...hooks, onPublish: keep }, signal);
    if (key.requestId !== '') await completeAnswer(answers, order, key, result);
    return result;
  } catch (error) {
    if (!(error instanceof AnsweredElsewhere)) throw error;
    const earlier = await answers.find(tenantScope(order.tenant), key);
    if (!earlier) throw error;
    return resultIn(answerOf(earlier, requestDigest, key.requestId));
  }
}

// What was kept with the outputs does not know yet how long it took to give the slot back. Losing that is no failure.
const completeAnswer = (answers: AnswerStore, { tenant }: RunOrder, key: AnswerKey, result: RunResult): Promise<void> =>
  answers.amend(tenantScope(tenant), key, ProcessDataResponse.encode({ result }).finish()).catch(() => undefined);

class AnsweredElsewhere extends Error {
  override readonly name = 'AnsweredElsewhere';
}

function resultIn(response: Uint8Array): RunResult {
  const { result } = ProcessDataResponse.decode(response);
  if (!result) throw new Error('a kept answer has no result');
  return result;
}

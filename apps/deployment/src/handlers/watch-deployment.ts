import type { WatchDeploymentRequest, WatchDeploymentResponse } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { parse, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import type { ChangeSignal } from '../routes/change-signal.ts';
import type { RolloutStore } from '../store/rollout-store.ts';
import { deploymentName } from './deployment-fields.ts';
import { deploymentMessage } from './deployment-message.ts';
import { requireToken, waitMs } from './watch-token.ts';

const Request = z.object({ name: deploymentName(), revision: z.bigint().min(0n, 'must not be negative') });

const POLL_MS = 500;

/** Streams a deployment as it is, then after each change, until it has settled. */
export function watchDeployment(
  rollouts: RolloutStore,
  changes: ChangeSignal,
): ServerStream<WatchDeploymentRequest, WatchDeploymentResponse> {
  return async function* (request, context) {
    const { name, revision } = parse(Request, request);

    let position = revision;
    for (let first = true; !context.signal.aborted; first = false) {
      const record = await rollouts.find(context.scope, name);
      if (!record) throw reason('DEPLOYMENT_NOT_FOUND', { name });
      if (first && revision > record.revision) {
        throw reason('REVISION_UNKNOWN', { revision, newest: record.revision });
      }
      if (record.revision > position) {
        position = record.revision;
        yield { revision: position, deployment: deploymentMessage(record) };
      }
      if (record.rollout.settled) return;
      await changes.next(waitMs(context, POLL_MS), context.signal);
      requireToken(context);
    }
  };
}

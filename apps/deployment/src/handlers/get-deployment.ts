import type { GetDeploymentRequest, GetDeploymentResponse } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { RolloutStore } from '../store/rollout-store.ts';
import { deploymentName } from './deployment-fields.ts';
import { deploymentMessage } from './deployment-message.ts';

const Request = z.object({ name: deploymentName() });

/** Reads one deployment. */
export function getDeployment(rollouts: RolloutStore): Unary<GetDeploymentRequest, GetDeploymentResponse> {
  return async (request, { scope }) => {
    const { name } = parse(Request, request);

    const record = await rollouts.find(scope, name);
    if (!record) throw reason('DEPLOYMENT_NOT_FOUND', { name });

    return { deployment: deploymentMessage(record) };
  };
}

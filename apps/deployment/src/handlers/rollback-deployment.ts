import type { RollbackDeploymentRequest, RollbackDeploymentResponse } from '@weir/contracts/deployment';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { rollBack } from '../domain/commands.ts';
import { decide, type DecisionParts } from './decide.ts';
import { decision } from './deployment-fields.ts';

const Request = z.object(decision(1));

/** Switches back to the old colour of a rollout that has switched. */
export function rollbackDeployment(parts: DecisionParts): Unary<RollbackDeploymentRequest, RollbackDeploymentResponse> {
  return async (request, context) => {
    const asked = parse(Request, request);

    const deployment = await decide(parts, asked, context, (rollout, cause, lane) => rollBack(lane, rollout, cause));

    return { deployment };
  };
}

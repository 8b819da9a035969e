import type { PromoteDeploymentRequest, PromoteDeploymentResponse } from '@weir/contracts/deployment';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { promote } from '../domain/commands.ts';
import { decide, type DecisionParts } from './decide.ts';
import { decision } from './deployment-fields.ts';

const Request = z.object(decision(0));

/** Lets a rollout that awaits promotion switch. */
export function promoteDeployment(parts: DecisionParts): Unary<PromoteDeploymentRequest, PromoteDeploymentResponse> {
  return async (request, context) => {
    const asked = parse(Request, request);

    const deployment = await decide(parts, asked, context, promote);

    return { deployment };
  };
}

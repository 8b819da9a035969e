import type { AbortDeploymentRequest, AbortDeploymentResponse } from '@weir/contracts/deployment';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { abort } from '../domain/commands.ts';
import { decide, type DecisionParts } from './decide.ts';
import { decision } from './deployment-fields.ts';

const Request = z.object(decision(1));

/** Ends a rollout that has not switched. */
export function abortDeployment(parts: DecisionParts): Unary<AbortDeploymentRequest, AbortDeploymentResponse> {
  return async (request, context) => {
    const asked = parse(Request, request);

    const deployment = await decide(parts, asked, context, abort);

    return { deployment };
  };
}

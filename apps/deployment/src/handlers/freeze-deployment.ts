import type { FreezeDeploymentRequest, FreezeDeploymentResponse } from '@weir/contracts/deployment';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { freeze, unfreeze } from '../domain/commands.ts';
import { decide, type DecisionParts } from './decide.ts';
import { decision } from './deployment-fields.ts';

const Request = z.object({ ...decision(1), unfreeze: z.boolean() });

/** Stops a rollout where it is, or lets it go on again. */
export function freezeDeployment(parts: DecisionParts): Unary<FreezeDeploymentRequest, FreezeDeploymentResponse> {
  return async (request, context) => {
    const asked = parse(Request, request);

    const deployment = await decide(parts, asked, context, asked.unfreeze ? unfreeze : freeze);

    context.audit({ details: { unfreeze: asked.unfreeze } });
    return { deployment };
  };
}

import type { GetAgentHealthRequest, GetAgentHealthResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, idIn, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { AgentDirectory, AgentDirectoryParts } from '../agents/agent-directory.ts';
import { durationOf } from '../domain/durations.ts';

const Request = z.object({ name: childName('agents') });

/** What the handler works with. */
export interface GetAgentHealthParts extends Pick<AgentDirectoryParts, 'queue' | 'dependencyHealth' | 'queueCapacity'> {
  readonly directory: AgentDirectory;
}

/** Says how an agent is and why. */
export function getAgentHealth(parts: GetAgentHealthParts): Unary<GetAgentHealthRequest, GetAgentHealthResponse> {
  return async (request, { scope }) => {
    const { name } = parse(Request, request);
    const tenant = idIn(name, 'tenants');

    const found = await parts.directory.find(scope, tenant, idIn(name, 'agents'));
    if (!found) throw reason('AGENT_NOT_FOUND', { name }, { resource: { type: 'Agent', name } });

    const { agent, verdict } = found;
    const oldest = parts.queue.oldest(tenant, agent.component);
    return {
      agent,
      reasons: [...verdict.reasons],
      dependencies: parts.dependencyHealth(),
      queueCapacity: parts.queueCapacity,
      oldestWait: oldest === undefined ? undefined : durationOf(Date.now() - oldest),
      checkedAt: new Date(),
    };
  };
}

import { AgentHealth, type Agent, type ListAgentsRequest, type ListAgentsResponse } from '@weir/contracts/agent';
import { decodePageToken, encodePageToken, idIn, pageSize, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { optionalEnum } from './dataset-fields.ts';

const Request = z.object({
  parent: tenantName(),
  pageSize: pageSize(),
  pageToken: z.string(),
  health: optionalEnum(AgentHealth),
});

/** Lists the agents of a tenant by id. */
export function listAgents(directory: AgentDirectory): Unary<ListAgentsRequest, ListAgentsResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: size, pageToken, health } = parse(Request, request);
    const tenant = idIn(parent, 'tenants');
    const [after = ''] = decodePageToken({ tenant, health }, pageToken) ?? [];
    const ids = (await directory.ids(scope, tenant)).filter((id) => id > after);

    const agents: Agent[] = [];
    let last = '';
    for (const id of ids) {
      if (agents.length === size) break;
      const found = await directory.find(scope, tenant, id);
      if (found && (health === AgentHealth.UNSPECIFIED || found.agent.health === health)) agents.push(found.agent);
      last = id;
    }

    const isLast = last === '' || last === ids.at(-1);
    return { agents, nextPageToken: isLast ? '' : encodePageToken({ tenant, health }, [last]) };
  };
}

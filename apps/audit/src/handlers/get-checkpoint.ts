import type { GetCheckpointRequest, GetCheckpointResponse } from '@weir/contracts/audit';
import { idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { toCheckpoint } from '../domain/checkpoint.ts';
import type { Heads } from '../log/heads.ts';
import type { LogKeys } from '../log/log-keys.ts';

const Request = z.object({ tenant: tenantName() });

/** Signs and returns the current head of a log. */
export function getCheckpoint(heads: Heads, keys: LogKeys): Unary<GetCheckpointRequest, GetCheckpointResponse> {
  return async (request, { scope }) => {
    const tenant = idIn(parse(Request, request).tenant, 'tenants');

    const { head, note } = await heads.sign(scope, tenant);

    return { checkpoint: toCheckpoint(head, note), verifierKey: keys.signer(tenant).verifierKey };
  };
}

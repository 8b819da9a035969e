import type { GetEventRequest, GetEventResponse } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { childName, idIn, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { toLogged } from '../domain/logged-event.ts';
import type { Heads } from '../log/heads.ts';
import type { Prover } from '../log/prover.ts';
import type { LogStore } from '../store/log-store.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const Request = z.object({ name: childName('events', UUID), includeProof: z.boolean() });

/** Reads one event, with its proof on request. */
export function getEvent(store: LogStore, heads: Heads, prover: Prover): Unary<GetEventRequest, GetEventResponse> {
  return async (request, { scope }) => {
    const { name, includeProof } = parse(Request, request);
    const tenant = idIn(name, 'tenants');

    const stored = await store.eventById(scope, tenant, idIn(name, 'events'));
    if (!stored) throw reason('EVENT_NOT_FOUND', { name });

    const proof = includeProof ? await prover.prove(await heads.sign(scope, tenant), stored) : undefined;
    return { event: toLogged(tenant, stored, proof) };
  };
}

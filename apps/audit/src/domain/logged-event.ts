import { Event, type InclusionProof, type LoggedEvent } from '@weir/contracts/audit';
import { leafHash } from '@weir/merkle';
import type { FoundEvent } from './entry.ts';

/** The name of an event: "tenants/<t>/events/<id>". */
export const eventName = (tenant: string, id: string): string => `tenants/${tenant}/events/${id}`;

/** An event with its place in the log, decoded from its bytes unless that was done. */
export const toLogged = (
  tenant: string,
  { index, id, bytes }: FoundEvent,
  proof?: InclusionProof,
  event = Event.decode(bytes),
): LoggedEvent => ({ name: eventName(tenant, id), index, event, leafHash: Buffer.from(leafHash(bytes)), proof });

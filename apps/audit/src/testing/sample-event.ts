import { randomUUID } from 'node:crypto';
import { Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';

/** An event of the agent service, valid as it is. */
export const sampleEvent = (fields: Partial<Event> = {}): Event =>
  Event.fromPartial({
    id: randomUUID(),
    time: new Date('2026-11-01T12:00:00.123Z'),
    tenant: 'tenants/acme',
    principal: 'tenants/acme/principals/etl',
    service: 'agent',
    method: 'weir.agent.v1.AgentService/ProcessData',
    type: 'data_processing_request',
    resource: 'tenants/acme/jobs/j-1',
    sensitivity: Sensitivity.MEDIUM,
    outcome: Outcome.SUCCEEDED,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    details: { rows: 10, note: 'Flights of Ångström' },
    ...fields,
  });

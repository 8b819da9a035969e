import { randomUUID } from 'node:crypto';
import { logVerdict } from '@weir/client';
import { AuditServiceDefinition, Event, Outcome, ReportKind } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { all, first, present, TENANT, type People } from './people.ts';

/** Every method of AuditService. */
export async function auditLife({ owner, agent }: People): Promise<void> {
  const id = randomUUID();
  const event = Event.fromPartial({
    ...{ id, time: new Date(), tenant: TENANT, service: 'agent', type: 'data_processing_request' },
    ...{ sensitivity: Sensitivity.LOW, outcome: Outcome.SUCCEEDED },
  });
  await agent.client(AuditServiceDefinition).recordEvents({ events: [event] });

  const audit = owner.client(AuditServiceDefinition);
  await audit.getEvent({ name: `${TENANT}/events/${id}` });
  await audit.queryEvents({ tenant: TENANT });
  await first(audit.tailEvents({ tenant: TENANT, revision: 0n }));
  await all(audit.exportEvents({ tenant: TENANT }));
  const { checkpoint } = await audit.getCheckpoint({ tenant: TENANT });
  const { treeSize } = present(checkpoint, 'checkpoint');
  await audit.getInclusionProof({ tenant: TENANT, entry: { $case: 'eventId', value: id } });
  await audit.getConsistencyProof({ tenant: TENANT, firstTreeSize: treeSize });
  await logVerdict(audit.verifyLog({ tenant: TENANT }));
  await audit.putRetention({ tenant: TENANT, retention: { rules: [{ sensitivity: Sensitivity.LOW, days: 400 }] } });
  const legalHold = { reason: 'a lawsuit', scope: { types: ['data_processing_request'] } };
  const held = await audit.placeLegalHold({ parent: TENANT, legalHoldId: 'every-hold', legalHold });
  await audit.releaseLegalHold({ name: present(held.legalHold, 'hold').name, reason: 'settled' });
  const period = { startTime: new Date(Date.now() - 3_600_000), endTime: new Date(Date.now() + 3_600_000) };
  await audit.generateReport({ tenant: TENANT, kind: ReportKind.SOC2, ...period });
}

import { setTimeout as wait } from 'node:timers/promises';
import { logVerdict } from '@weir/client';
import type { LoggedEvent } from '@weir/contracts/audit';
import { noteVerifier, verifyProof } from '@weir/merkle';
import { made, type Report, type Step, type Tour } from '../step.ts';
import { TENANT } from './onboard.ts';

/** Shows what the log holds of all this, verifies a proof on this side of the wire, then the whole log. */
export const prove: Step = {
  title: 'Show the audit trail, and prove it',

  async run(tour, report) {
    const { check, tell } = report;
    const event = await processingEvent(tour, report);
    check(
      event.event?.principal === tour.acme?.principal,
      `${event.event?.type} by ${event.event?.principal}, index ${event.index}`,
    );

    const { proof } = await tour.admin.audit.getInclusionProof({
      tenant: TENANT,
      entry: { $case: 'index', value: event.index },
    });
    const { checkpoint, verifierKey } = await tour.admin.audit.getCheckpoint({ tenant: TENANT });
    const proven = verifyProof(made(proof, 'GetInclusionProof'), [noteVerifier(verifierKey)]);
    const hashes = proof?.auditPath.length;
    check(
      proven.index === event.index,
      `its inclusion proof of ${hashes} hashes verifies here, with the log's public key alone`,
    );
    tell(`checkpoint: ${checkpoint?.note.split('\n').slice(0, 3).join(' | ')}`);

    const answer = await logVerdict(
      tour.admin.audit.verifyLog({ tenant: TENANT, knownCheckpoints: [checkpoint?.note ?? ''] }),
    );
    check(
      answer.verdict.$case === 'consistent',
      `the whole log is consistent: ${answer.checkedEventCount} events derived anew`,
    );
  },
};

/** The event of the flights' run: outboxes deliver within moments, so wait for it. */
async function processingEvent({ admin, processed }: Tour, { tell }: Report): Promise<LoggedEvent> {
  const traceId = made(processed, 'Upload 3,000,000 flights').traceId;
  for (let tries = 0; tries < 300; tries += 1) {
    const { events } = await admin.audit.queryEvents({ tenant: TENANT, filter: { traceId } });
    const found = events.find(({ event }) => event?.service === 'agent');
    if (found) {
      const { events: latest } = await admin.audit.queryEvents({ tenant: TENANT, pageSize: 200 });
      tell(`the latest ${latest.length} events of ${TENANT}: ${countTypes(latest)}`);
      return found;
    }
    await wait(100);
  }
  throw new Error('the event of the run did not reach the log within 30 s');
}

function countTypes(events: readonly LoggedEvent[]): string {
  const counts = new Map<string, number>();
  for (const { event } of events) counts.set(event?.type ?? '?', (counts.get(event?.type ?? '?') ?? 0) + 1);
  return [...counts].map(([type, count]) => `${type} ${count}`).join(', ');
}

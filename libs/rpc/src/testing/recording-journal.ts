import { Audit } from '@weir/contracts/options';
import type { WeirError } from '@weir/errors';
import type { Call } from '../call.ts';
import type { Journal } from '../parts.ts';

/** An event as the recording journal keeps it. */
export interface RecordedEvent {
  /** "/weir.registry.v1.TenantService/GetTenant" */
  readonly method: string;
  /** The principal; undefined when nobody was authenticated. */
  readonly subject: string | undefined;
  /** The tenant's id. */
  readonly tenant: string | undefined;
  /** The reason of the failure; undefined after a success. */
  readonly reason: string | undefined;
  readonly fields: Call['auditFields'];
}

/** A journal without a database. */
export interface RecordingJournal extends Journal {
  readonly events: RecordedEvent[];
  /** How many transactions have committed. */
  commits: number;
}

/** Runs transactions straight, and keeps the events of everything that is audited. */
export function recordingJournal(): RecordingJournal {
  const events: RecordedEvent[] = [];
  const keep = (call: Call, error: WeirError | undefined): void => {
    const { method, principal, scope, auditFields: fields } = call;
    const tenant = scope.tenant ?? principal?.tenant;
    events.push({ method, subject: principal?.subject, tenant, reason: error?.reason, fields });
  };
  const journal: RecordingJournal = {
    events,
    commits: 0,
    async transaction(call, run) {
      const response = await run();
      if (call.info.rule.audit === Audit.ALWAYS) keep(call, undefined);
      journal.commits += 1;
      return response;
    },
    eventSource(call) {
      const event = { bytes: Buffer.alloc(0), committed: () => keep(call, undefined) };
      return { take: () => event, takeSealed: () => Promise.resolve(event) };
    },
    async record(call, error) {
      keep(call, error);
    },
  };
  return journal;
}

import { backgroundEvent, type AuditJournal } from '@weir/audit-outbox';
import type { AuditFields, Scope } from '@weir/context';
import { raisedSensitivity } from '@weir/contracts';
import { JobState, type BatchSummary, type Job } from '@weir/contracts/agent';
import { Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import type { Database } from '@weir/database';
import type { StoredJob } from '../domain/job.ts';
import type { JobEnd } from '../store/job-store.ts';
import type { Schema } from '../store/schema.ts';

/** The audit events of jobs: nobody calls when they end. */
export interface JobEvents {
  /** Keeps what becomes known of a job until it ends. */
  facts(job: string, facts: AuditFields): void;
  /** Leaves the event of a job that ends; part of the transaction that ends it. */
  ended(scope: Scope, stored: StoredJob, end: JobEnd): Promise<void>;
  /** Leaves the warning that too few items succeeded. */
  warn(scope: Scope, job: Job, summary: BatchSummary): Promise<void>;
  /** Tells the relay that the transaction has committed. */
  wake(): void;
}

/** Events in the outbox. */
export function jobEvents(database: Database<Schema>, journal: AuditJournal): JobEvents {
  const known = new Map<string, AuditFields>();
  return {
    facts(job, facts) {
      const before = known.get(job);
      const flags = [...new Set([...(before?.flags ?? []), ...(facts.flags ?? [])])];
      const sensitivity = Math.max(before?.sensitivity ?? 0, facts.sensitivity ?? 0);
      known.set(job, { ...before, ...facts, flags, sensitivity, details: { ...before?.details, ...facts.details } });
    },
    ended: (scope, stored, end) =>
      database.within(scope, async (tx) => {
        await journal.append(tx, eventOf(stored, end, known.get(stored.job.name)));
        if (end.outcome?.$case === 'summary' && end.outcome.value.belowMinSuccessRatio) {
          await journal.append(tx, warningOf(stored.job, end.outcome.value));
        }
        known.delete(stored.job.name);
      }),
    warn: (scope, job, summary) => database.within(scope, (tx) => journal.append(tx, warningOf(job, summary))),
    wake: () => journal.wake(),
  };
}

function eventOf({ job, traceparent }: StoredJob, end: JobEnd, facts: AuditFields = {}): Event {
  const failure = end.outcome?.$case === 'failure' ? end.outcome.value : undefined;
  const { agent = '', dataset = '', processingType = '', flags = [], dataSizeBytes, details } = facts;
  const policyRevision = BigInt(facts.policyRevision ?? 0);
  return backgroundEvent(
    'agent',
    Event.fromPartial({
      type: job.work?.$case === 'batch' ? 'batch_processing_request' : 'data_processing_request',
      sensitivity: raisedSensitivity(Sensitivity.MEDIUM, facts.sensitivity),
      tenant: job.name.split('/').slice(0, 2).join('/'),
      principal: job.submittedBy,
      resource: job.name,
      agent,
      dataset,
      processingType,
      dataSizeBytes: dataSizeBytes === undefined ? undefined : BigInt(dataSizeBytes),
      policyRevision,
      complianceFlags: [...flags],
      outcome: end.state === JobState.SUCCEEDED ? Outcome.SUCCEEDED : Outcome.FAILED,
      errorReason: end.state === JobState.SUCCEEDED ? '' : reasonOf(end, failure?.reason),
      traceId: traceparent?.split('-')[1] ?? '',
      details: { ...details, state: stateLabel(end.state) },
    }),
  );
}

/** The warning that too few items of a batch succeeded. */
const warningOf = ({ name, submittedBy }: Job, summary: BatchSummary): Event =>
  backgroundEvent(
    'agent',
    Event.fromPartial({
      type: 'batch_success_low',
      sensitivity: Sensitivity.MEDIUM,
      tenant: name.split('/').slice(0, 2).join('/'),
      principal: submittedBy,
      resource: name,
      outcome: Outcome.FAILED,
      errorReason: 'BATCH_SUCCESS_LOW',
      complianceFlags: ['low_success_ratio'],
      details: {
        items: summary.itemsTotal,
        succeeded: summary.itemsSucceeded,
        success_ratio: summary.successRatio,
      },
    }),
  );

const stateLabel = (state: JobState): string =>
  state === JobState.SUCCEEDED ? 'succeeded' : state === JobState.CANCELLED ? 'cancelled' : 'failed';

// A closed quality gate is an answer, not an error; as a job it has still failed.
const reasonOf = ({ state }: JobEnd, failed: string | undefined): string =>
  failed ?? (state === JobState.CANCELLED ? 'CANCELLED' : 'QUALITY_GATE_CLOSED');

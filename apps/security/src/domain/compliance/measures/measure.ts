import { Outcome } from '@weir/contracts/audit';
import type { Event } from '@weir/contracts/audit';
import type { ComplianceMeasurement } from '@weir/contracts/security';
import type { ControlBasis } from './basis.ts';

/** An event of the audit log whose proof has been verified. */
export interface ProvenLogEvent {
  readonly event: Event;
  /** As the leaf commits to it. */
  readonly bytes: Buffer;
  readonly index: bigint;
  readonly leafHash: Buffer;
  readonly auditPath: readonly Buffer[];
}

/** A case that breaks a control. */
export interface ExceptionFound {
  readonly resource: string;
  readonly description: string;
  readonly occurredAt: Date | undefined;
  /** The event that shows it; undefined where its absence is the exception. */
  readonly shownBy: ProvenLogEvent | undefined;
}

/** What came of measuring. */
export interface Finding {
  readonly outcome: 'satisfied' | 'not satisfied' | 'not measurable';
  readonly reason: string;
  /** What was counted; empty where nothing could be. */
  readonly populationDescription: string;
  readonly population: bigint;
  readonly examined: bigint;
  readonly exceptionCount: bigint;
  /** The first of them, by time. */
  readonly exceptions: readonly ExceptionFound[];
  readonly measurements: readonly ComplianceMeasurement[];
  /** The last events that prove it, by index. */
  readonly evidence: readonly ProvenLogEvent[];
}

/** Takes events in the order of the log, and says what they come to. */
export interface Tally {
  take(proven: ProvenLogEvent): void;
  finish(): Finding;
}

/** How a control is measured. The words go to docs/compliance.md. */
export interface Measure {
  /** What is looked at. */
  readonly measures: string;
  /** When it is not satisfied. */
  readonly fails: string;
  /** The types of events that prove it; empty: it needs a person. */
  readonly types: readonly string[];
  begin(basis: ControlBasis): Tally;
}

/** Whether what an event tells of went well, since then. */
export const succeeded = ({ event }: ProvenLogEvent, since: Date): boolean =>
  event.outcome === Outcome.SUCCEEDED && event.time !== undefined && event.time >= since;

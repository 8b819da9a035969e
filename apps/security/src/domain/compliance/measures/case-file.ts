import type { ComplianceMeasurement } from '@weir/contracts/security';
import type { ExceptionFound, Finding, ProvenLogEvent } from './measure.ts';

/** How many exceptions, and how many events, an assessment keeps for each control. */
export const KEPT_ITEMS = 100;

/** Collects what a measure comes across; it holds no more than an assessment keeps. */
export interface CaseFile {
  /** Counts towards the population. */
  counts(times?: number): void;
  breaks(found: Omit<ExceptionFound, 'shownBy'> & Partial<Pick<ExceptionFound, 'shownBy'>>): void;
  proves(proven: ProvenLogEvent): void;
  measured(measurement: ComplianceMeasurement): void;
  close(words: CaseWords): Finding;
}

/** What a finding says. */
export interface CaseWords {
  /** What the population is: "runs and reads of data". */
  readonly population: string;
  /** What is right with all of it. */
  readonly satisfied: string;
  /** What is wrong with some of it. */
  readonly broken: string;
  /** Why nothing could be measured. */
  readonly nothing: string;
}

/** Opens one. */
export function caseFile(): CaseFile {
  const exceptions: ExceptionFound[] = [];
  const evidence: ProvenLogEvent[] = [];
  const measurements: ComplianceMeasurement[] = [];
  let population = 0;
  let broken = 0;

  const finding = (outcome: Finding['outcome'], reason: string, populationDescription: string): Finding => ({
    outcome,
    reason,
    populationDescription,
    population: BigInt(population),
    examined: BigInt(population),
    exceptionCount: BigInt(broken),
    exceptions: [...exceptions].sort(byTime),
    measurements,
    evidence,
  });

  return {
    counts: (times = 1) => void (population += times),
    breaks(found) {
      broken += 1;
      if (exceptions.length < KEPT_ITEMS) exceptions.push({ shownBy: undefined, ...found });
    },
    proves(proven) {
      evidence.push(proven);
      if (evidence.length > KEPT_ITEMS) evidence.shift();
    },
    measured: (measurement) => void measurements.push(measurement),
    close(words) {
      if (broken > 0) {
        return finding('not satisfied', `${broken} of ${population} ${words.broken}.`, words.population);
      }
      if (population === 0) return { ...finding('not measurable', words.nothing, ''), exceptionCount: 0n };
      return finding('satisfied', `All ${population} ${words.satisfied}.`, words.population);
    },
  };
}

const byTime = (a: ExceptionFound, b: ExceptionFound): number =>
  (a.occurredAt?.getTime() ?? 0) - (b.occurredAt?.getTime() ?? 0);

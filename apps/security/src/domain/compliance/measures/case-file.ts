import type { ComplianceMeasurement } from '@weir/contracts/security';
import type { SwitchedOff } from './basis.ts';
import type { ExceptionFound, Finding, ProvenLogEvent } from './measure.ts';

/** How many exceptions, and how many events, an assessment keeps for each control. */
export const KEPT_ITEMS = 100;

/** Collects what a measure comes across; it holds no more than an assessment keeps. */
export interface CaseFile {
  /** Counts towards the population. */
  counts(times?: number): void;
  /** A setting is off that the control rests on: it is not satisfied, whatever happened. */
  isOff(setting: string, effect: string, since: Date): void;
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
  const off: string[] = [];
  let [population, broken] = [0, 0];

  const finding = (outcome: Finding['outcome'], reason: string, populationDescription: string): Finding => ({
    outcome,
    reason,
    populationDescription,
    population: BigInt(population + off.length),
    examined: BigInt(population + off.length),
    exceptionCount: BigInt(broken),
    exceptions: [...exceptions].sort(byTime),
    measurements,
    evidence,
  });

  const breaks: CaseFile['breaks'] = (found) => {
    broken += 1;
    if (exceptions.length < KEPT_ITEMS) exceptions.push({ shownBy: undefined, ...found });
  };

  return {
    counts: (times = 1) => void (population += times),
    isOff(setting, effect, since) {
      off.push(`${setting} is off.`);
      breaks({ resource: setting, description: `${setting} is off: ${effect}`, occurredAt: since });
    },
    breaks,
    proves(proven) {
      evidence.push(proven);
      if (evidence.length > KEPT_ITEMS) evidence.shift();
    },
    measured: (measurement) => void measurements.push(measurement),
    close(words) {
      if (broken > 0) return finding('not satisfied', whatIsWrong(off, broken, population, words), words.population);
      if (population === 0) return { ...finding('not measurable', words.nothing, ''), exceptionCount: 0n };
      return finding('satisfied', `All ${population} ${words.satisfied}.`, words.population);
    },
  };
}

function whatIsWrong(off: readonly string[], broken: number, population: number, words: CaseWords): string {
  const others = broken - off.length;
  return [...off, ...(others > 0 ? [`${others} of ${population} ${words.broken}.`] : [])].join(' ');
}

/** Says which of these services, or of all, leave no events. */
export function saysSilenced(file: CaseFile, { silenced }: SwitchedOff, services?: readonly string[]): void {
  for (const { service, since } of silenced) {
    if (services && !services.includes(service)) continue;
    file.isOff(`AUDIT_LOGGING of ${service}`, 'its calls leave no events', since);
  }
}

const byTime = (a: ExceptionFound, b: ExceptionFound): number =>
  (a.occurredAt?.getTime() ?? 0) - (b.occurredAt?.getTime() ?? 0);

import { type RunPhase, runPhaseToJSON, type PhaseTiming } from '@weir/contracts/agent';
import { inSpan } from '@weir/telemetry';
import { durationOf } from '../domain/durations.ts';

/** What a run spent where: a timing and a span for each phase. */
export interface Timeline {
  readonly phases: readonly PhaseTiming[];
  /** Runs one phase; its timing is kept also when it fails. */
  phase<T>(phase: RunPhase, work: () => Promise<T>, attributes?: Readonly<Record<string, string | number>>): Promise<T>;
}

/** An empty timeline. */
export function timeline(): Timeline {
  const phases: PhaseTiming[] = [];
  return {
    phases,
    async phase(phase, work, attributes = {}) {
      const startedAt = new Date();
      const start = performance.now();
      try {
        return await inSpan(nameOf(phase), attributes, work);
      } finally {
        phases.push({ phase, startedAt, duration: durationOf(performance.now() - start) });
      }
    },
  };
}

/** "run acquire slot" */
const nameOf = (phase: RunPhase): string =>
  `run ${runPhaseToJSON(phase).replace('RUN_PHASE_', '').toLowerCase().replaceAll('_', ' ')}`;

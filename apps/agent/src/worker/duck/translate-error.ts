import { readDuckError, type DuckError } from './duck-error.ts';
import { StepFailure } from './step-failure.ts';

/** What the limits of the run are, for messages. */
export interface KnownLimits {
  readonly memoryBytes: number;
  readonly outputBytes: number;
}

/** DuckDB failed in itself; what it holds cannot be trusted any more. */
export class EngineBroken extends Error {
  constructor(cause: unknown) {
    super('the engine failed', { cause });
    this.name = 'EngineBroken';
  }
}

/** What a failure of DuckDB means for every kind of step; undefined when that depends on the step. */
export function resourceFailure(error: unknown, step: string, limits: KnownLimits): Error | undefined {
  if (error instanceof StepFailure || error instanceof EngineBroken) return error;
  const said = readDuckError(error);
  if (isMemory(said)) {
    return /max_temp_directory_size|failed to offload/.test(said.raw)
      ? new StepFailure('OUTPUT_LIMIT_EXCEEDED', { step, limit_bytes: limits.outputBytes })
      : new StepFailure('MEMORY_LIMIT_EXCEEDED', { step, limit_bytes: limits.memoryBytes });
  }
  return said.type === 'FATAL' || said.type === 'INTERNAL' || said.type === 'Unknown'
    ? new EngineBroken(error)
    : undefined;
}

const isMemory = ({ type, raw }: DuckError): boolean =>
  type === 'Out of Memory' || raw.startsWith('Out of Memory') || raw.includes('could not allocate block');

import { readDuckError } from '../duck/duck-error.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { resourceFailure } from '../duck/translate-error.ts';
import type { ReadPlan } from '../plan/plan.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { readParquet } from './read-parquet.ts';
import type { RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

const readers = { csv: readCsv, json: readJson, ndjson: readJson, parquet: readParquet } as const;

/** read: makes a table of a file. */
export async function read(state: RunState, plan: ReadPlan): Promise<StepOutcome> {
  try {
    return await readers[plan.format](state, plan);
  } catch (error) {
    throw resourceFailure(error, plan.id, state.limits) ?? unreadable(plan, problemOf(error));
  }
}

/** INPUT_UNREADABLE for this step. */
export const unreadable = ({ id }: ReadPlan, problem: string): StepFailure =>
  new StepFailure('INPUT_UNREADABLE', { step: id, problem });

function problemOf(error: unknown): string {
  const { raw, message } = readDuckError(error);
  // "Malformed JSON in file "...", at byte 9 in line 3: unexpected character." holds no data but the path.
  if (raw.startsWith('Malformed JSON'))
    return raw
      .replace(/ in file "[^"]*",/, '')
      .replace(/\s+/g, ' ')
      .trim();
  return raw.startsWith('Expected top-level JSON array') ? 'it is not a JSON array' : message;
}

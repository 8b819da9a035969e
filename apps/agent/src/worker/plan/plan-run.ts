import { invalid, reason, type FieldViolation } from '@weir/errors';
import { millisecondsOf, plainValue } from './plain-value.ts';
import { withOwedAnonymization } from './plan-anonymization.ts';
import { planStep } from './plan-step.ts';
import type { Limits, PlainValue, StepPlan } from './plan.ts';
import type { ExecuteOrder, OrderedLocation } from './request.ts';

/** A file that a run reads or writes. */
export interface RunFile {
  /** The id of the step. */
  readonly step: string;
  /** Where it is. */
  readonly path: string;
}

/** A run, ready to be executed. Steps name their files by step id until they are opened. */
export interface RunPlan {
  readonly steps: readonly StepPlan[];
  readonly inputs: readonly RunFile[];
  readonly outputs: readonly RunFile[];
  readonly parameters: Readonly<Record<string, PlainValue>>;
  readonly limits: Limits;
}

/** What the worker itself allows a run. */
export interface WorkerBounds {
  readonly memoryBytes: number;
}

/** Turns a request into a plan. Throws what the request cannot be executed for, before anything is read. */
export function planRun(order: ExecuteOrder, bounds: WorkerBounds): RunPlan {
  refuseObligations(order);
  const { steps } = order.pipeline;
  const violations = structureOf(order);
  if (violations.length > 0) throw invalid(violations);

  const limits = limitsOf(order.limits, bounds);
  const files = Object.keys(order.inputs).length + Object.keys(order.outputs).length;
  if (files > limits.files) throw reason('FILE_LIMIT_EXCEEDED', { files, limit: limits.files });
  return {
    steps: withOwedAnonymization(
      order,
      steps.map((step, index) => planStep(order, step, step.input || (steps[index - 1]?.id ?? ''))),
    ),
    inputs: filesOf(order.inputs),
    outputs: filesOf(order.outputs),
    parameters: Object.fromEntries(Object.entries(order.parameters).map(([name, value]) => [name, plainValue(value)])),
    limits,
  };
}

/** What the files of a run owe is the agent's part; what stands in them is anonymised. Anything else cannot be met. */
function refuseObligations({ obligations }: ExecuteOrder): void {
  for (const { kind, sources } of obligations) {
    if (kind) continue;
    throw reason('OBLIGATION_UNMET', { obligation: 'something unknown', sources: sources.join(', ') || 'its policy' });
  }
}

const WRITERS: ReadonlySet<string> = new Set(['write', 'publish', 'features']);

/** What is wrong with how the steps hang together. */
function structureOf({ pipeline: { steps }, inputs, outputs }: ExecuteOrder): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const earlier = new Set<string>();
  for (const [index, { id, input, config }] of steps.entries()) {
    const refuse = (field: string, description: string): void =>
      void violations.push({ field: `pipeline.steps[${index}].${field}`, description });
    if (earlier.has(id)) refuse('id', 'is used twice');
    if (index === 0 && config.$case !== 'read') refuse('config', 'the first step must read');
    if (input !== '' && !earlier.has(input)) refuse('input', 'must be the id of an earlier step');
    if (config.$case === 'read' && !Object.hasOwn(inputs, id)) refuse('config.read', 'has no location in `inputs`');
    earlier.add(id);
  }
  const kinds = new Map(steps.map(({ id, config }) => [id, config.$case]));
  for (const key of Object.keys(inputs)) {
    if (kinds.get(key) !== 'read') violations.push({ field: `inputs.${key}`, description: 'is no read step' });
  }
  for (const key of Object.keys(outputs)) {
    if (!WRITERS.has(kinds.get(key) ?? ''))
      violations.push({ field: `outputs.${key}`, description: 'is no step that writes' });
  }
  return violations;
}

const limitsOf = (limits: ExecuteOrder['limits'], { memoryBytes }: WorkerBounds): Limits => ({
  durationMs: millisecondsOf(limits.maxDuration),
  memoryBytes: Math.min(Number(limits.maxMemoryBytes), memoryBytes),
  rows: Number(limits.maxRows),
  files: limits.maxFiles,
  outputBytes: Number(limits.maxOutputBytes),
});

const filesOf = (locations: Readonly<Record<string, OrderedLocation>>): RunFile[] =>
  Object.entries(locations).map(([step, { place }]) => {
    if (place.$case !== 'path') throw reason('LOCATION_UNSUPPORTED', { location: step, kind: 'URL' });
    return { step, path: place.value };
  });

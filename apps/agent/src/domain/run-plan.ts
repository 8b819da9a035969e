import type { DatasetTarget, RunLimits, RunSpec } from '@weir/contracts/agent';
import {
  DataFormat,
  type ComponentVersion,
  type Pipeline,
  type PipelineStep,
  type Scalar,
} from '@weir/contracts/registry';
import { invalid, reason } from '@weir/errors';
import { formatLabel } from './data-formats.ts';
import { datasetName } from './dataset.ts';
import { fillParameters } from './parameters.ts';

/** A dataset that a run reads. */
export interface PlannedInput {
  /** The id of the read step; "input" for a container. */
  readonly key: string;
  readonly dataset: string;
  /** What the step says it is stored as; UNSPECIFIED: whatever it is. */
  readonly format: DataFormat;
}

/** A dataset that a run writes. */
export interface PlannedOutput {
  /** The id of the write step; "output" for a container. */
  readonly key: string;
  /** With its id and format filled in. */
  readonly target: DatasetTarget;
}

/** What a run does, as far as component and request say it. */
export interface RunPlan {
  readonly component: ComponentVersion;
  /** Undefined for a container. */
  readonly pipeline: Pipeline | undefined;
  readonly processingType: string;
  readonly parameters: Record<string, Scalar>;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly PlannedOutput[];
  readonly limits: RunLimits;
  /** Some step hides personal data: what comes out may be classified lower than what went in. */
  readonly anonymizes: boolean;
}

/** What a request is planned for. */
export interface RunSubject {
  readonly tenant: string;
  readonly runId: string;
  readonly spec: RunSpec;
  readonly limits: RunLimits;
}

/** Puts a request and the version that answers it together. Throws for what does not fit. */
export function planRun(component: ComponentVersion, subject: RunSubject): RunPlan {
  const { spec, limits } = subject;
  const kind = component.runtime?.kind;
  const steps = kind?.$case === 'pipeline' ? kind.value.steps : undefined;
  steps?.forEach(refuseUnbuilt);
  return {
    component,
    pipeline: kind?.$case === 'pipeline' ? kind.value : undefined,
    processingType: chooseType(component, spec.processingType),
    parameters: fillParameters(component.parameters, spec.parameters),
    inputs: steps ? pipelineInputs(steps, subject) : [{ key: 'input', dataset: required(spec), format: UNSPECIFIED }],
    outputs: steps
      ? pipelineOutputs(steps, subject)
      : [{ key: 'output', target: requested(subject, DataFormat.PARQUET) }],
    limits: heldTo(component, limits),
    anonymizes: steps?.some(({ config }) => config?.$case === 'anonymize') ?? false,
  };
}

const { UNSPECIFIED } = DataFormat;
const DEFAULT_MEMORY_BYTES = 4n * 1024n * 1024n * 1024n;

/** A run is held to what its component says that it needs. */
function heldTo({ resources }: ComponentVersion, limits: RunLimits): RunLimits {
  const stated = resources?.memoryBytes ?? 0n;
  const memory = stated === 0n ? DEFAULT_MEMORY_BYTES : stated;
  return memory < limits.maxMemoryBytes ? { ...limits, maxMemoryBytes: memory } : limits;
}

function chooseType({ name, capabilities }: ComponentVersion, asked: string): string {
  if (asked === '') return [...capabilities].sort()[0] ?? '';
  if (capabilities.includes(asked)) return asked;
  const supported = capabilities.join(', ');
  throw reason('PROCESSING_TYPE_UNKNOWN', { component: name, type: asked, supported });
}

// Rows for topics and feature groups would be computed and lost.
function refuseUnbuilt({ id, config }: PipelineStep): void {
  if (config?.$case === 'features' || config?.$case === 'publish') {
    throw reason('STEP_NOT_BUILT', { step: id, kind: config.$case });
  }
}

const pipelineInputs = (steps: readonly PipelineStep[], { tenant, spec }: RunSubject): PlannedInput[] =>
  steps.flatMap(({ id, config }) => {
    if (config?.$case !== 'read') return [];
    const { dataset, format } = config.value;
    return [{ key: id, dataset: dataset === '' ? required(spec) : datasetName(tenant, dataset), format }];
  });

const pipelineOutputs = (steps: readonly PipelineStep[], subject: RunSubject): PlannedOutput[] =>
  steps.flatMap(({ id, config }) => {
    if (config?.$case !== 'write') return [];
    const { dataset, format } = config.value;
    return [{ key: id, target: dataset === '' ? requested(subject, format) : named(dataset, format) }];
  });

function required({ dataset }: RunSpec): string {
  if (dataset === '') throw invalid([{ field: 'run.dataset', description: 'is required by this component' }]);
  return dataset;
}

// A made-up id is that of the run: the same each time that the run is tried.
function requested({ runId, spec }: RunSubject, format: DataFormat): DatasetTarget {
  const { output } = spec;
  if (!output) return { ...named(`run-${runId}`, format), overwrite: false };
  if (output.format !== UNSPECIFIED && output.format !== format) {
    const what = 'the write step of the component';
    throw reason('FORMAT_UNSUPPORTED', { what, format: formatLabel(output.format), supported: formatLabel(format) });
  }
  return { ...output, format, datasetId: output.datasetId === '' ? `run-${runId}` : output.datasetId };
}

/** The dataset that a component writes under a name of its own: each run replaces it. */
const named = (datasetId: string, format: DataFormat): DatasetTarget => ({
  datasetId,
  displayName: '',
  format,
  classification: 0,
  dataTypes: [],
  labels: {},
  ttl: undefined,
  overwrite: true,
  etag: '',
});

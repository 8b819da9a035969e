import type { Dataset, Lineage, LineageDataset } from '@weir/contracts/agent';

/** What the agent knows of a run's lineage and its worker does not. */
export interface LineageFacts {
  readonly tenant: string;
  readonly runId: string;
  /** "tenants/<t>/jobs/<id>"; empty without one. */
  readonly parentJob: string;
  readonly requestedAt: Date;
  readonly finishedAt: Date;
  /** The dataset behind each step that reads. */
  readonly inputs: ReadonlyMap<string, Dataset>;
  /** The dataset behind each step that writes. */
  readonly outputs: ReadonlyMap<string, Dataset>;
}

/** Puts the names of datasets where the worker named its steps. */
export function completeLineage(lineage: Lineage | undefined, facts: LineageFacts): Lineage | undefined {
  if (!lineage) return undefined;
  const namespace = `weir://tenants/${facts.tenant}`;
  const { runId, parentJob, requestedAt, finishedAt, inputs, outputs } = facts;
  const named = (dataset: LineageDataset, known: ReadonlyMap<string, Dataset>): LineageDataset => {
    const found = known.get(dataset.name);
    return {
      ...dataset,
      ...(found && { namespace, name: found.name, version: found.etag }),
      columnLineage: dataset.columnLineage.map((column) => ({
        ...column,
        sources: column.sources.map((source) => {
          const input = inputs.get(source.name);
          return input ? { ...source, namespace, name: input.name } : source;
        }),
      })),
    };
  };
  return {
    ...lineage,
    eventTime: finishedAt,
    run: {
      processingEngine: '',
      errorMessage: '',
      ...lineage.run,
      runId,
      nominalStartTime: requestedAt,
      parentJob,
    },
    inputs: lineage.inputs.map((dataset) => named(dataset, inputs)).sort(byName),
    outputs: lineage.outputs.map((dataset) => named(dataset, outputs)).sort(byName),
  };
}

const byName = (a: LineageDataset, b: LineageDataset): number =>
  a.namespace === b.namespace ? (a.name < b.name ? -1 : Number(a.name > b.name)) : a.namespace < b.namespace ? -1 : 1;

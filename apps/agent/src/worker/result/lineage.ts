import { LineageEventType, type Lineage, type LineageDataset } from '@weir/contracts/agent';
import type { ColumnFact } from '../duck/columns.ts';
import type { RunRecord, StepRecord } from '../run/execute-run.ts';
import { maskedLineage } from './masking.ts';
import { columnMessage } from './columns.ts';

/** What a run was, for its lineage. */
export interface LineageSubject {
  readonly runId: string;
  readonly tenant: string;
  readonly componentVersion: string;
  readonly digest: string;
  readonly engineVersion: string;
  readonly softwareVersion: string;
}

const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';

/** The OpenLineage event of a run: what it read and wrote, by step until the agent puts in the names of the datasets. */
export function lineage(run: RunRecord, subject: LineageSubject): Lineage {
  const namespace = `weir://${subject.tenant}`;
  const dataset = ({ plan, outcome }: StepRecord, rows: 'rowsIn' | 'rowsOut'): LineageDataset => ({
    namespace,
    name: plan.id,
    columns: (outcome?.columns ?? []).map((column: ColumnFact) => columnMessage(column)),
    columnLineage: [],
    rowCount: BigInt(outcome?.[rows] ?? 0),
    sizeBytes: BigInt(outcome?.sizeBytes ?? 0),
    fileCount: 1,
    version: '',
  });
  const executed = run.steps.filter(({ outcome }) => outcome !== undefined);
  return {
    eventType: run.passed ? LineageEventType.COMPLETE : LineageEventType.FAIL,
    eventTime: new Date(run.startedAt.getTime() + run.durationMs),
    run: {
      runId: subject.runId,
      nominalStartTime: run.startedAt,
      parentJob: '',
      processingEngine: `duckdb ${subject.engineVersion}`,
      errorMessage: run.passed ? '' : 'a quality gate closed',
    },
    job: {
      namespace,
      name: subject.componentVersion,
      digest: subject.digest,
      sql: run.steps.flatMap(({ plan }) => (plan.kind === 'sql' ? [plan.query] : [])),
    },
    inputs: executed.filter(({ plan }) => plan.kind === 'read').map((step) => dataset(step, 'rowsIn')),
    outputs: run.passed
      ? executed
          .filter(({ plan }) => plan.kind === 'write')
          .map((step) => ({ ...dataset(step, 'rowsOut'), columnLineage: maskedLineage(run.steps, step, namespace) }))
      : [],
    producer: `https://weir.dev/worker/${subject.softwareVersion}`,
    schemaUrl: SCHEMA,
  };
}

import type { CallContext } from '@weir/context';
import type { ColumnProfile } from '@weir/contracts/agent';
import type { StoredDataset } from '../domain/dataset.ts';

/** Describes the columns of datasets, once for each content. */
export interface DatasetProfiler {
  profileOf(dataset: StoredDataset, context: CallContext): Promise<ColumnProfile[]>;
}

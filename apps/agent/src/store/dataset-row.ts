import { Column, type Dataset } from '@weir/contracts/agent';
import { CsvOptions, type Clearance, type DataFormat } from '@weir/contracts/registry';
import type { PiiType } from '@weir/contracts/security';
import type { Insertable, Selectable } from 'kysely';
import { datasetName } from '../domain/dataset.ts';
import type { Schema } from './schema.ts';

/** A dataset as the table holds it. */
export type DatasetRow = Selectable<Schema['datasets']>;

/** The key of "tenants/acme/datasets/flights". */
export function keyOf(name: string): { tenant: string; id: string } {
  const [, tenant = '', , id = ''] = name.split('/');
  return { tenant, id };
}

/** The message in a row. */
export const datasetIn = (row: DatasetRow): Dataset => ({
  name: datasetName(row.tenant, row.id),
  displayName: row.display_name,
  format: row.format as DataFormat,
  csv: row.csv === null ? undefined : CsvOptions.fromJSON(row.csv),
  classification: row.classification as Clearance,
  dataTypes: row.data_types,
  columns: row.columns.map((column) => Column.fromJSON(column)),
  rowCount: row.row_count,
  sizeBytes: row.size_bytes,
  sha256: row.sha256,
  keyVersion: row.key_version,
  piiTypes: row.pii_types as PiiType[],
  runId: row.run_id,
  sources: row.sources,
  createdBy: row.created_by,
  labels: row.labels,
  expiresAt: row.expires_at ?? undefined,
  etag: row.etag,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** What the table holds of a message, what the store sets itself aside. */
export const valuesOf = (dataset: Dataset): Omit<Insertable<Schema['datasets']>, 'content' | 'etag' | 'profile'> => ({
  ...keyOf(dataset.name),
  display_name: dataset.displayName,
  format: dataset.format,
  csv: dataset.csv === undefined ? null : JSON.stringify(CsvOptions.toJSON(dataset.csv)),
  classification: dataset.classification,
  data_types: dataset.dataTypes,
  columns: JSON.stringify(dataset.columns.map((column) => Column.toJSON(column))),
  row_count: dataset.rowCount,
  size_bytes: dataset.sizeBytes,
  sha256: dataset.sha256,
  key_version: dataset.keyVersion,
  pii_types: dataset.piiTypes,
  run_id: dataset.runId,
  sources: dataset.sources,
  created_by: dataset.createdBy,
  labels: JSON.stringify(dataset.labels),
  expires_at: dataset.expiresAt ?? null,
});

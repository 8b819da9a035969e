import { DataFormat, Pipeline } from '@weir/contracts/registry';
import type { Obligation } from '@weir/contracts/security';
import { idIn } from '@weir/rpc';
import { join } from 'node:path';
import type { StoredDataset } from '../domain/dataset.ts';
import type { PlainArea, PlainFolder } from '../plaintext/plain-area.ts';
import type { DataSource, DatasetReader } from './dataset-reader.ts';
import type { Masker } from './masker.ts';
import { executeOwn, locationOf, type OwnPipelineParts } from './own-pipeline.ts';

/** What it takes to anonymise what is handed out. */
export interface MaskerParts extends OwnPipelineParts {
  readonly reader: DatasetReader;
  /** Where copies of encrypted datasets may lie. */
  readonly plain: PlainArea;
  /** Where copies of other datasets may lie, on the disk: they may be large. */
  readonly maskedArea: PlainArea;
}

/** Anonymises on the shared workers, as the output of a component is. */
export function workerMasker(parts: MaskerParts): Masker {
  const open = ({ dataset }: StoredDataset): Promise<PlainFolder> =>
    (dataset.keyVersion === '' ? parts.maskedArea : parts.plain).open();
  return {
    async copy(stored, source, owed, signal) {
      await using making = new AsyncDisposableStack();
      const folder = making.use(await open(stored));
      const masked = await mask(parts, stored, source, join(folder.path, 'masked'), owed, signal);
      const made = making.move();
      return { ...masked, [Symbol.asyncDispose]: () => made.disposeAsync() };
    },
    async preview(stored, source, wanted, owed, signal) {
      await using folder = await open(stored);
      const { columns, maxRows } = wanted;
      const first = { path: join(folder.path, 'first'), format: DataFormat.PARQUET, csv: undefined };
      await parts.reader.slice(source, columns, maxRows, first.path, signal);
      const masked = await mask(parts, stored, first, join(folder.path, 'masked'), owed, signal);
      const preview = await parts.reader.preview(masked.source, [], maxRows, signal);
      const changed = new Set(masked.columns.filter((column) => column.masked).map(({ name }) => name));
      return {
        rows: preview.rows,
        columns: preview.columns.map((column) => ({ ...column, masked: changed.has(column.name) })),
      };
    },
  };
}

/** Writes what a source holds to `path`, in the same format, anonymised. */
async function mask(
  parts: MaskerParts,
  { dataset }: StoredDataset,
  source: DataSource,
  path: string,
  obligations: readonly Obligation[],
  signal: AbortSignal,
) {
  const { format, csv } = source;
  const work = {
    component: 'components/weir-mask',
    pipeline: Pipeline.fromPartial({
      steps: [
        { id: 'data', config: { $case: 'read', value: {} } },
        { id: 'masked', config: { $case: 'write', value: { format } } },
      ],
    }),
    inputs: { data: locationOf(source.path, format, csv) },
    outputs: { masked: locationOf(path, format) },
    obligations: [...obligations],
  };
  const result = await executeOwn(parts, idIn(dataset.name, 'tenants'), work, signal);
  const [written] = result.outputs;
  if (!written) throw new Error('the worker wrote nothing');
  const { columns, sizeBytes, sha256 } = written;
  return {
    source: { path, format, csv: format === DataFormat.CSV ? WRITTEN_CSV : undefined },
    columns,
    sizeBytes,
    sha256,
  };
}

/** How workers write CSV (RFC 4180). */
const WRITTEN_CSV = { delimiter: ',', quote: '"', header: true, nullTexts: [] };

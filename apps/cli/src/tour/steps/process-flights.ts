import { join } from 'node:path';
import { DataFormat } from '@weir/contracts/registry';
import { describeQuality, seconds } from '../describe.ts';
import { made, type Step } from '../step.ts';
import { uploadFile, vegaFolder } from '../upload.ts';
import { traceparent } from '../traceparent.ts';
import { TENANT } from './onboard.ts';

const ROWS = 3_000_000n;

/** Uploads three million flights and processes them; the trace of this call is shown later. */
export const processFlights: Step = {
  title: 'Upload 3,000,000 flights (Parquet) and process them',

  async run(tour, { check, tell }) {
    const acme = made(tour.acme, 'Onboard');
    const dataset = await uploadFile(acme.datasets, {
      parent: TENANT,
      datasetId: 'flights',
      path: join(vegaFolder, 'flights-3m.parquet'),
      format: DataFormat.PARQUET,
    });
    check(
      dataset.rowCount === ROWS,
      `${dataset.name}: ${dataset.rowCount} rows, ${dataset.columns.length} columns, ${dataset.sizeBytes} bytes`,
    );

    const { result } = await acme.agent.processData(
      {
        tenant: TENANT,
        run: {
          component: { component: 'components/flights-quality', selector: { $case: 'range', value: '1.0.0' } },
          dataset: dataset.name,
          output: { datasetId: 'flights-by-airport', overwrite: true },
        },
      },
      { timeoutMs: 120_000, metadata: { traceparent: traceparent() } },
    );
    const run = made(result, 'ProcessData');
    tour.processed = run;
    check(
      run.rowsIn === ROWS && run.rowsOut > 0n,
      `${run.rowsIn} rows in, ${run.rowsOut} rows out in ${seconds(run.usage?.processingTime)}`,
    );
    describeQuality(run.quality, tell);
    check(run.quality?.passed === true, `data-quality score ${run.quality?.score.toFixed(4)}, the gate is open`);
    const output = run.outputs[0];
    check(
      output !== undefined && output.rowCount === run.rowsOut,
      `wrote ${output?.name}: ${output?.rowCount} rows, ${output?.sizeBytes} bytes`,
    );
  },
};

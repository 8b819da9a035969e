import { join } from 'node:path';
import { ExpectationOutcome } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import { describeQuality } from '../describe.ts';
import { made, type Step } from '../step.ts';
import { uploadFile, vegaFolder } from '../upload.ts';
import { TENANT } from './onboard.ts';
import { processCustomers } from './process-customers.ts';

/** Processes a file that is known to be dirty, the report has to name the dirt; then one with personal data. */
export const processMovies: Step = {
  title: 'Process movies.json, which is dirty, and customers, who stay unknown',

  async run(tour, report) {
    const { check, tell } = report;
    const acme = made(tour.acme, 'Onboard');
    const dataset = await uploadFile(acme.datasets, {
      parent: TENANT,
      datasetId: 'movies',
      path: join(vegaFolder, 'movies.json'),
      format: DataFormat.JSON,
    });
    const { result } = await acme.agent.processData({
      tenant: TENANT,
      run: {
        component: { component: 'components/movies-quality', selector: { $case: 'range', value: '^1.0.0' } },
        dataset: dataset.name,
        output: { datasetId: 'movies-fit', overwrite: true },
      },
    });
    const run = made(result, 'ProcessData');
    tell(`${run.rowsIn} rows in, ${run.rowsOut} fit for use`);
    describeQuality(run.quality, tell);

    const broken = (run.quality?.expectations ?? []).filter(({ outcome }) => outcome !== ExpectationOutcome.PASSED);
    const named = broken.map(({ expectation }) => expectation);
    check(
      ['title-unique', 'director-known', 'rating-known', 'released-already'].every((id) => named.includes(id)),
      `the report names the dirt: ${named.join(', ')}`,
    );
    check(
      broken.every(({ rowsFailed, evidence }) => rowsFailed > 0n && evidence.length > 0),
      'each with the rows that show it',
    );
    await processCustomers(tour, report);
  },
};

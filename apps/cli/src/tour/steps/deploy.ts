import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Phase, type Deployment } from '@weir/contracts/deployment';
import { DataFormat, Environment, Lifecycle } from '@weir/contracts/registry';
import { milliseconds } from '../describe.ts';
import { made, type Account, type Report, type Step, type Tour } from '../step.ts';
import { startTraffic } from '../traffic.ts';
import { uploadFile, vegaFolder } from '../upload.ts';
import { TENANT } from './onboard.ts';

const COMPONENT = 'components/flights-quality';

/** Deploys one version, then rolls the next one out while requests keep coming. */
export const deploy: Step = {
  title: 'Deploy 1.0.0, then roll out 1.1.0 blue-green under traffic',

  async run(tour, report) {
    const { check, tell } = report;
    const acme = made(tour.acme, 'Onboard');
    const dataset = await uploadSample(tour, acme);
    await rollOut(acme, '1.0.0', dataset, report);

    const traffic = startTraffic(acme, { component: COMPONENT, dataset });
    await traffic.answered(5);
    const rolledOut = await rollOut(acme, '1.1.0', dataset, report);
    await traffic.answeredBy('1.1.0', 5);
    const { requests, failures, versions } = await traffic.stop();

    tell(`answered by ${versions.map(([version, count]) => `${version}: ${count}`).join(', ')}`);
    for (const failure of failures.slice(0, 3)) tell(failure);
    check(
      versions.some(([version]) => version === '1.0.0') && versions.some(([version]) => version === '1.1.0'),
      'the deployed version answers: 1.0.0 before the switch, 1.1.0 after it',
    );
    check(failures.length === 0, `${requests} requests during the rollout, ${failures.length} failed`);
    check(rolledOut?.switchDuration !== undefined, `the switch took ${milliseconds(rolledOut?.switchDuration)}`);
    await blastRadius(tour, report);
  },
};

/** Asks who would be hit if the version were retired, and changes nothing. */
async function blastRadius({ admin }: Tour, { check }: Report): Promise<void> {
  const { use } = await admin.components.setLifecycle({
    name: `${COMPONENT}/versions/1.1.0`,
    lifecycle: Lifecycle.DEPRECATED,
    reason: 'what if',
    validateOnly: true,
  });
  check(
    use?.tenants.some(({ tenant, deployments }) => tenant === TENANT && deployments.length > 0) === true,
    `who uses 1.1.0: ${use?.grantedTenants} tenant(s) with a grant, ${use?.liveDeployments} live deployment(s), ` +
      `${use?.recentJobs} jobs of late`,
  );
}

async function rollOut(acme: Account, version: string, smokeDataset: string, { check, tell }: Report) {
  const { deployment } = await acme.deployments.createDeployment({
    parent: TENANT,
    reason: `tour: ${version}`,
    spec: {
      environment: Environment.PRODUCTION,
      component: COMPONENT,
      version,
      container: { minReplicas: 1, maxReplicas: 1 },
      strategy: {
        smokeDataset,
        analysis: { window: { seconds: 10n, nanos: 0 }, smokeRuns: 3, maxP95Ratio: 20 },
        abortAfter: { seconds: 120n, nanos: 0 },
        drainTimeout: { seconds: 5n, nanos: 0 },
        rollbackWindow: { seconds: 2n, nanos: 0 },
      },
    },
  });
  const name = made(deployment?.name, 'CreateDeployment');
  const ended = await settled(acme, name);
  tell(`${name}: ${ended?.history.map(phaseText).join(' → ')}`);
  check(ended?.phase === Phase.SUCCEEDED, `${version} serves${ended?.failure ? `: ${ended.failure.description}` : ''}`);
  return ended;
}

const isOver = ({ phase }: Deployment): boolean => phase >= Phase.SUCCEEDED;

async function settled(acme: Account, name: string): Promise<Deployment | undefined> {
  let last: Deployment | undefined;
  for await (const { deployment } of acme.deployments.watchDeployment({ name }, { timeoutMs: 150_000 })) {
    last = deployment ?? last;
    if (last && isOver(last)) break;
  }
  return last;
}

const phaseNames = new Map<number, string>(Object.entries(Phase).map(([name, value]) => [value, name]));

const phaseText = ({ phase, startedAt, endedAt }: Deployment['history'][number]): string => {
  const name = phaseNames.get(phase) ?? String(phase);
  return startedAt && endedAt ? `${name} ${endedAt.getTime() - startedAt.getTime()} ms` : name;
};

/** Two thousand flights as CSV: a real file that one request answers quickly. */
async function uploadSample({ mesh }: Tour, acme: Account): Promise<string> {
  const path = join(mesh.state.root, 'flights-2k.csv');
  const flights = JSON.parse(readFileSync(join(vegaFolder, 'flights-2k.json'), 'utf8')) as Record<string, unknown>[];
  const columns = ['date', 'delay', 'distance', 'origin', 'destination'];
  const lines = [columns, ...flights.map((flight) => columns.map((column) => flight[column]))];
  writeFileSync(path, lines.map((line) => line.join(',')).join('\n'));
  const { name } = await uploadFile(acme.datasets, {
    parent: TENANT,
    datasetId: 'flights-sample',
    path,
    format: DataFormat.CSV,
  });
  return name;
}

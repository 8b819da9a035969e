import { fixedToken } from '@weir/client';
import { AgentServiceDefinition, DatasetServiceDefinition, RunOutcome } from '@weir/contracts/agent';
import { Clearance, DataFormat, Severity } from '@weir/contracts/registry';
import { Verdict } from '@weir/contracts/security';
import { startTestServer, testIssuer, tokenFor, type TestServer } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { component, copyComponent } from './testing/components.ts';
import { filesHolding } from './testing/files-holding.ts';
import { fakeSecurity } from './testing/fake-security.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { upload } from './testing/upload.ts';
import { workerStarter } from './workers/worker-starter.ts';

const movies = join(dirname(createRequire(__filename).resolve('vega-datasets')), '..', 'data', 'movies.json');

const moviesComponent = component({
  ...copyComponent(),
  name: 'components/movies/versions/1.0.0',
  clearance: Clearance.INTERNAL,
  dataFormats: [DataFormat.JSON],
  runtime: {
    kind: {
      $case: 'pipeline',
      value: {
        steps: [
          { id: 'movies', config: { $case: 'read', value: {} } },
          {
            id: 'checks',
            config: {
              $case: 'validate',
              value: {
                expectations: [
                  {
                    id: 'director',
                    severity: Severity.WARNING,
                    check: { $case: 'notNull', value: { column: 'Director' } },
                  },
                ],
              },
            },
          },
          { id: 'columns', input: 'movies', config: { $case: 'profile', value: {} } },
          {
            id: 'top',
            config: { $case: 'sql', value: { query: 'select "Title" from movies where "IMDB Rating" > 8' } },
          },
          { id: 'result', config: { $case: 'write', value: { format: DataFormat.PARQUET } } },
        ],
      },
    },
  },
});

const slowComponent = component({
  ...moviesComponent,
  name: 'components/slow/versions/1.0.0',
  runtime: {
    kind: {
      $case: 'pipeline',
      value: {
        steps: [
          { id: 'movies', config: { $case: 'read', value: {} } },
          {
            id: 'big',
            config: {
              $case: 'sql',
              value: { query: 'select count(*) as n from range(400000000) r, (select 1 from movies limit 1)' },
            },
          },
          { id: 'result', config: { $case: 'write', value: { format: DataFormat.PARQUET } } },
        ],
      },
    },
  },
});

const MARKER = 'Sp13lb3rg the 2nd';

jest.setTimeout(60_000);

describe('an agent with worker processes', () => {
  let mesh: TestMesh;
  let security: TestServer;
  let agent: TestAgent;
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(moviesComponent, slowComponent);
    const issuer = testIssuer({ audience: 'agent' });
    security = await startTestServer({
      service: 'security',
      bindings: [fakeSecurity(issuer)],
      verifier: issuer.verifier,
    });
    const secretFile = join(mesh.stateDir, 'agent.secret');
    await writeFile(secretFile, 'secret');
    const env = {
      ...process.env,
      WEIR_STATE_DIR: mesh.stateDir,
      PLAINTEXT_DIR: join(mesh.stateDir, 'plaintext'),
      SECURITY_ADDRESS: security.address,
      CLIENT_SECRET_FILE: secretFile,
      LOG_LEVEL: 'error',
    };
    const startWorker = workerStarter({
      env,
      settings: { WORKER_START_TIMEOUT: 20_000 },
      tokens: fixedToken(issuer.service('agent')),
      log: pino({ level: 'silent' }),
    });
    agent = await startTestAgent(mesh, { startWorker });
    await upload(datasets(), 'movies', await readFile(movies), { format: DataFormat.JSON });
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await security[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });

  const datasets = () => agent.server.client(DatasetServiceDefinition, tokenFor());
  const agents = () => agent.server.client(AgentServiceDefinition, tokenFor());
  const request = (component: string, output = '') => ({
    tenant: 'tenants/acme',
    requestId: randomUUID(),
    run: {
      component: { component: `components/${component}`, selector: { $case: 'range' as const, value: '^1.0.0' } },
      dataset: 'tenants/acme/datasets/movies',
      output: { datasetId: output },
    },
  });
  const workers = () => agent.parts.workers.pool.processes();

  it('reads, checks, profiles, queries and writes', async () => {
    const { result } = await agents().processData(request('movies', 'top-movies'));

    expect(result?.outcome).toBe(RunOutcome.SUCCEEDED);
    expect(result?.rowsIn).toBe(3201n);
    expect(result?.quality?.expectations[0]).toMatchObject({ expectation: 'director', rowsFailed: 1331n });
    expect(result?.profiles[0]?.columns.length).toBe(16);
    expect(result?.lineage?.inputs[0]).toMatchObject({
      namespace: 'weir://tenants/acme',
      name: 'tenants/acme/datasets/movies',
    });
    expect(result?.lineage?.outputs[0]?.name).toBe('tenants/acme/datasets/top-movies');
    const { dataset } = await datasets().describeDataset({ name: 'tenants/acme/datasets/top-movies' });
    expect(dataset?.rowCount).toBe(result?.rowsOut);
    expect(dataset?.columns.map(({ name }) => name)).toEqual(['Title']);
  });

  it('profiles a dataset once for each content', async () => {
    const name = 'tenants/acme/datasets/movies';
    const first = await datasets().describeDataset({ name, includeProfile: true });
    const second = await datasets().describeDataset({ name, includeProfile: true });

    expect(first.profile.find(({ column }) => column?.name === 'Director')).toMatchObject({ nullCount: 1331n });
    expect(second.profile).toEqual(first.profile);
  });

  it('finishes a run although its worker is killed', async () => {
    await agents().processData(request('movies'));
    const [worker] = workers();
    const call = agents().processData(request('slow'));
    while ((await worker?.client.health({ tenant: 'tenants/-' }))?.running !== 1) await wait(10);

    process.kill(worker?.pid ?? 0, 'SIGKILL');

    const { result } = await call;
    expect(result).toMatchObject({ outcome: RunOutcome.SUCCEEDED, attempts: 2 });
    expect(result?.route?.worker).not.toBe(worker?.name);
    expect(workers().map(({ pid }) => pid)).not.toContain(worker?.pid);
  });

  it('leaves nothing of encrypted data in plain text, also when its worker is killed', async () => {
    const encrypt = { kind: { $case: 'encrypt' as const, value: {} }, sources: ['GDPR'] };
    mesh.access.decision = { verdict: Verdict.ALLOW, policyRevision: 1n, obligations: [encrypt] };
    const bytes = Buffer.from((await readFile(movies, 'utf8')).replaceAll('Spielberg', MARKER));
    await upload(datasets(), 'sealed', bytes, { format: DataFormat.JSON });
    const dataset = 'tenants/acme/datasets/sealed';
    const runOn = ({ run, ...rest }: ReturnType<typeof request>) => ({ ...rest, run: { ...run, dataset } });
    const outside = async () =>
      (await filesHolding(mesh.stateDir, MARKER)).filter((path) => !path.includes('/plaintext/'));

    const { result } = await agents().processData(runOn(request('movies', 'sealed-top')));
    const [worker] = workers();
    const slow = agents().processData(runOn(request('slow')));
    while ((await worker?.client.health({ tenant: 'tenants/-' }))?.running !== 1) await wait(10);
    expect(await outside()).toEqual([]);
    process.kill(worker?.pid ?? 0, 'SIGKILL');

    expect((await slow).result?.attempts).toBe(2);
    expect(result?.outputs[0]?.keyVersion).toBe('tenants/acme/keys/default/versions/1');
    expect(result?.quality?.expectations[0]).toMatchObject({ rowsFailed: 1331n, evidence: [] });
    await agent.parts.plain.sweep();
    expect(await filesHolding(mesh.stateDir, MARKER)).toEqual([]);
  });
});

import { DatasetServiceDefinition, type Dataset } from '@weir/contracts/agent';
import { Clearance, DataFormat } from '@weir/contracts/registry';
import { tokenFor } from '@weir/testing';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { upload } from './testing/upload.ts';

jest.setTimeout(60_000);

describe('datasets', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  beforeAll(async () => {
    mesh = await startTestMesh();
    agent = await startTestAgent(mesh);
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  const datasets = () => agent.server.client(DatasetServiceDefinition, tokenFor());

  it('are stored, described and read back', async () => {
    const csv = Buffer.from('city,people\nMadrid,3300000\nSoria,40000\n');
    const stored = await upload(datasets(), 'cities', csv, { format: DataFormat.CSV });

    const { dataset } = await datasets().describeDataset({ name: 'tenants/acme/datasets/cities' });
    expect(dataset).toEqual(stored);
    expect(dataset).toMatchObject({
      rowCount: 2n,
      sizeBytes: BigInt(csv.length),
      classification: Clearance.INTERNAL,
      createdBy: 'tenants/acme/principals/tester',
    } satisfies Partial<Dataset>);
    expect(dataset?.columns.map(({ name, nativeType }) => [name, nativeType])).toEqual([
      ['city', 'VARCHAR'],
      ['people', 'BIGINT'],
    ]);
  });
});

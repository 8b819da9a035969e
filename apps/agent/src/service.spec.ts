import type { DeepPartial } from '@weir/contracts';
import {
  DatasetServiceDefinition,
  type Dataset,
  type DownloadDatasetResponse,
  type UploadMetadata,
} from '@weir/contracts/agent';
import { Clearance, DataFormat, TenantState } from '@weir/contracts/registry';
import { tokenFor } from '@weir/testing';
import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { tenant } from './testing/fake-registry.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { messages, upload } from './testing/upload.ts';

jest.setTimeout(60_000);

const PEOPLE = Buffer.from('{"name":"Ana","age":30}\n{"name":"Bo","age":40}\n');

async function* opening(parent: string, metadata: DeepPartial<UploadMetadata>) {
  const target = { datasetId: 'opened', format: DataFormat.NDJSON, classification: Clearance.INTERNAL };
  yield { parent, payload: { $case: 'metadata' as const, value: { target, ...metadata } } };
}

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

  const datasets = (token = tokenFor()) => agent.server.client(DatasetServiceDefinition, token);
  const nameOf = (id: string) => `tenants/acme/datasets/${id}`;
  // Swept first: what earlier tests replaced must not go while a test counts.
  const used = async () => {
    await agent.parts.leftovers.sweep();
    return agent.parts.contents.used({ tenant: 'acme' }, 'acme');
  };
  const files = async () => {
    const folder = join(mesh.stateDir, 'data', 'tenants', 'acme');
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return found.filter((entry) => entry.isFile()).length;
  };
  const read = async (stream: AsyncIterable<DownloadDatasetResponse>) => {
    const chunks: Buffer[] = [];
    let header;
    for await (const { payload } of stream) {
      if (payload?.$case === 'header') header = payload.value;
      if (payload?.$case === 'chunk') chunks.push(payload.value);
    }
    return { header, bytes: Buffer.concat(chunks) };
  };
  /** What must hold after an upload that failed. */
  const leavesNothing = async (id: string, failing: () => Promise<unknown>, expected: string) => {
    const before = { used: await used(), files: await files() };
    await expect(failing()).rejects.toMatchObject({ reason: expected });
    for (let tries = 0; tries < 1_500 && (await used()) !== before.used; tries += 1) await wait(20);
    expect({ used: await used(), files: await files() }).toEqual(before);
    await expect(datasets().describeDataset({ name: nameOf(id) })).rejects.toMatchObject({
      reason: 'DATASET_NOT_FOUND',
    });
  };

  it('are stored, described and read back', async () => {
    const csv = Buffer.from('city,people\nMadrid,3300000\nSoria,40000\n');
    const stored = await upload(datasets(), 'cities', csv, { format: DataFormat.CSV });

    const { dataset } = await datasets().describeDataset({ name: nameOf('cities') });
    expect(dataset).toEqual(stored);
    expect(dataset).toMatchObject({
      rowCount: 2n,
      sizeBytes: BigInt(csv.length),
      sha256: createHash('sha256').update(csv).digest('hex'),
      classification: Clearance.INTERNAL,
      createdBy: 'tenants/acme/principals/tester',
    } satisfies Partial<Dataset>);
    expect(dataset?.columns.map(({ name, nativeType }) => [name, nativeType])).toEqual([
      ['city', 'VARCHAR'],
      ['people', 'BIGINT'],
    ]);
  });

  it('are previewed with exact values, in the columns asked for', async () => {
    await upload(datasets(), 'people', PEOPLE);

    const preview = await datasets().previewDataset({ name: nameOf('people'), maxRows: 1, columns: ['age', 'name'] });

    expect(preview.rowCount).toBe(2n);
    expect(preview.rows.map(({ cells }) => cells.map(({ value }) => value))).toEqual([
      [
        { $case: 'intValue', value: 30n },
        { $case: 'stringValue', value: 'Ana' },
      ],
    ]);
    await expect(datasets().previewDataset({ name: nameOf('people'), columns: ['nope'] })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      details: { violations: [{ field: 'columns[0]' }] },
    });
  });

  it('are downloaded, also from where a download broke', async () => {
    await upload(datasets(), 'download', PEOPLE);
    const name = nameOf('download');

    const { header, bytes } = await read(datasets().downloadDataset({ name }));
    const rest = await read(datasets().downloadDataset({ name, offsetBytes: 5n, etag: header?.etag ?? '' }));

    expect(bytes).toEqual(PEOPLE);
    expect(header).toMatchObject({ sizeBytes: BigInt(PEOPLE.length), format: DataFormat.NDJSON });
    expect(rest.bytes).toEqual(PEOPLE.subarray(5));
    await upload(datasets(), 'download', Buffer.from('{"new":1}\n'), { overwrite: true });
    const stale = read(datasets().downloadDataset({ name, offsetBytes: 5n, etag: header?.etag ?? '' }));
    await expect(stale).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
  });

  it('are listed by id, page by page, by what is asked for', async () => {
    for (const id of ['list-b', 'list-a', 'list-c'])
      await upload(datasets(), id, PEOPLE, { labels: { set: 'listed' } });
    const query = { parent: 'tenants/acme', labels: { set: 'listed' }, pageSize: 2 };

    const first = await datasets().listDatasets(query);
    const second = await datasets().listDatasets({ ...query, pageToken: first.nextPageToken });

    expect([...first.datasets, ...second.datasets].map(({ name }) => name)).toEqual(
      ['list-a', 'list-b', 'list-c'].map(nameOf),
    );
    expect(second.nextPageToken).toBe('');
    const foreign = datasets().listDatasets({ ...query, text: 'other', pageToken: first.nextPageToken });
    await expect(foreign).rejects.toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
  });

  it('are replaced only when asked to, and only what was meant', async () => {
    const stored = await upload(datasets(), 'replaced', PEOPLE);

    await expect(upload(datasets(), 'replaced', PEOPLE)).rejects.toMatchObject({ reason: 'DATASET_EXISTS' });
    await expect(upload(datasets(), 'replaced', PEOPLE, { overwrite: true, etag: 'stale' })).rejects.toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    const again = await upload(datasets(), 'replaced', PEOPLE, { overwrite: true, etag: stored.etag });
    expect(again.etag).not.toBe(stored.etag);
  });

  it('are deleted, with their bytes and their share of the quota', async () => {
    const before = await used();
    await upload(datasets(), 'deleted', PEOPLE);

    await datasets().deleteDataset({ name: nameOf('deleted') });

    for (let tries = 0; tries < 1_500 && (await used()) !== before; tries += 1) await wait(20);
    expect(await used()).toBe(before);
    await expect(datasets().deleteDataset({ name: nameOf('deleted') })).rejects.toMatchObject({
      reason: 'DATASET_NOT_FOUND',
    });
  });

  it('answer a repeated upload as the first time, without reading on', async () => {
    const metadata = { requestId: randomUUID() };
    const first = await upload(datasets(), 'repeated', PEOPLE, { metadata });

    expect(await upload(datasets(), 'repeated', Buffer.from('not read'), { metadata })).toEqual(first);
    await expect(upload(datasets(), 'other', PEOPLE, { metadata })).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });

  it.each([
    ['bytes that are not of the format', { format: DataFormat.PARQUET }, 'DATASET_UNREADABLE'],
    ['a format that cannot be read', { format: DataFormat.AVRO }, 'FORMAT_UNSUPPORTED'],
    ['another checksum', { metadata: { sha256: 'a'.repeat(64) } }, 'CHECKSUM_MISMATCH'],
    ['fewer bytes than declared', { metadata: { sizeBytes: 1000n } }, 'CHECKSUM_MISMATCH'],
    ['more bytes than declared', { metadata: { sizeBytes: 3n } }, 'CHECKSUM_MISMATCH'],
    ['no classification', { classification: Clearance.UNSPECIFIED }, 'INVALID_ARGUMENT'],
  ])('refuse %s and keep nothing', async (_, options, expected) => {
    await leavesNothing('refused', () => upload(datasets(), 'refused', PEOPLE, options), expected);
  });

  it('refuse text that breaks off in the middle', async () => {
    const broken = Buffer.from('[{"a": 1}, {"a": ');

    await leavesNothing(
      'torn',
      () => upload(datasets(), 'torn', broken, { format: DataFormat.JSON }),
      'DATASET_UNREADABLE',
    );
  });

  it('leave nothing when the stream breaks', async () => {
    async function* torn() {
      yield* messages(PEOPLE, 10, {
        target: { datasetId: 'broken', format: DataFormat.NDJSON, classification: Clearance.INTERNAL },
      });
      await wait(200);
      throw new Error('the disk is gone');
    }
    const before = await used();

    await expect(datasets().uploadDataset(torn())).rejects.toThrow('the disk is gone');

    for (let tries = 0; tries < 1_500 && (await used()) !== before; tries += 1) await wait(20);
    expect(await used()).toBe(before);
    await expect(datasets().describeDataset({ name: nameOf('broken') })).rejects.toMatchObject({
      reason: 'DATASET_NOT_FOUND',
    });
  });

  it('refuse what would not fit into the quota', async () => {
    const limits = { maxConcurrentJobs: 1, monthlyProcessingHours: undefined, customLimits: {} };
    const storageGb = { bound: { $case: 'atMost' as const, value: 1n } };
    mesh.registry.tenants.set('tenants/globex', { ...tenant('globex'), limits: { ...limits, storageGb } });
    const globex = datasets(tokenFor({ subject: 'tenants/globex/principals/tester' }));

    await expect(globex.uploadDataset(opening('tenants/globex', { sizeBytes: 2_000_000_000n }))).rejects.toMatchObject({
      reason: 'STORAGE_EXHAUSTED',
      details: { quota: [{ subject: 'tenants/globex' }] },
    });
  });

  it('refuse messages out of order', async () => {
    async function* chunkFirst() {
      yield { parent: 'tenants/acme', payload: { $case: 'chunk' as const, value: PEOPLE } };
    }

    await expect(datasets().uploadDataset(chunkFirst())).rejects.toMatchObject({ reason: 'UPLOAD_OUT_OF_ORDER' });
  });

  it('are not taken from a suspended tenant', async () => {
    mesh.registry.tenants.set('tenants/initech', { ...tenant('initech'), state: TenantState.SUSPENDED });
    const initech = datasets(tokenFor({ subject: 'tenants/initech/principals/tester' }));

    await expect(initech.uploadDataset(opening('tenants/initech', {}))).rejects.toMatchObject({
      reason: 'TENANT_SUSPENDED',
    });
  });

  it('show nothing to another tenant, whether it exists or not', async () => {
    const globex = datasets(tokenFor({ subject: 'tenants/globex/principals/tester' }));

    for (const id of ['people', 'nowhere']) {
      await expect(globex.describeDataset({ name: nameOf(id) })).rejects.toMatchObject({ reason: 'FOREIGN_TENANT' });
    }
    expect(await agent.parts.datasets.find({ tenant: 'globex' }, nameOf('people'))).toBeUndefined();
  });
});

import { DatasetServiceDefinition, type DownloadHeader } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import { Verdict } from '@weir/contracts/security';
import { tokenFor } from '@weir/testing';
import { readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { findEvent } from './testing/find-event.ts';
import { filesHolding } from './testing/files-holding.ts';
import { scriptedWorker } from './testing/scripted-worker.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { startTestWorker, type TestWorker } from './testing/start-test-worker.ts';
import { all, upload } from './testing/upload.ts';

jest.setTimeout(60_000);

describe('datasets that may only be seen anonymised', () => {
  let mesh: TestMesh;
  let worker: TestWorker;
  let agent: TestAgent;
  beforeAll(async () => {
    mesh = await startTestMesh();
    worker = await startTestWorker({ plainRoot: join(mesh.stateDir, 'plaintext') });
    const startWorker = async () =>
      scriptedWorker('worker', (request, signal) => worker.client.execute(request, { signal, timeoutMs: 30_000 }));
    agent = await startTestAgent(mesh, { startWorker });
    mesh.access.decision = ENCRYPT;
    await upload(datasets(), 'sealed', PEOPLE, { format: DataFormat.CSV });
    mesh.access.decision = { verdict: Verdict.ALLOW, policyRevision: 7n };
    await upload(datasets(), 'people', PEOPLE, { format: DataFormat.CSV });
    await upload(datasets(), 'doubtful', Buffer.from('{"id":1,"fail":true}\n'));
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await worker[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    mesh.access.decision = ANONYMIZE;
  });

  const ROWS = 5_000;
  const PEOPLE = Buffer.from(
    `id,email,ssn,name\n${Array.from({ length: ROWS }, (_, id) => `${id},p${id}@a.example,536-22-1234,name ${id}\n`).join('')}`,
  );
  const obliging = (kind: object) => ({
    verdict: Verdict.ALLOW,
    policyRevision: 7n,
    obligations: [{ kind, sources: ['GDPR'] }] as never,
  });
  const ENCRYPT = obliging({ $case: 'encrypt', value: {} });
  const ANONYMIZE = obliging({ $case: 'anonymize', value: { rules: [], detectPii: true } });
  const nameOf = (id: string) => `tenants/acme/datasets/${id}`;
  const datasets = () => agent.server.client(DatasetServiceDefinition, tokenFor());
  const download = async (id: string, offsetBytes = 0n, etag = '') => {
    const messages = await all(datasets().downloadDataset({ name: nameOf(id), offsetBytes, etag }));
    let header: DownloadHeader | undefined;
    const chunks: Buffer[] = [];
    for (const { payload } of messages) {
      if (payload?.$case === 'header') header = payload.value;
      if (payload?.$case === 'chunk') chunks.push(payload.value);
    }
    return { header, bytes: Buffer.concat(chunks) };
  };

  it('are previewed so, and what was changed is said', async () => {
    const { columns, rows, rowCount } = await datasets().previewDataset({ name: nameOf('people'), maxRows: 3 });

    expect(columns.map(({ name, masked }) => [name, masked])).toEqual([
      ['id', false],
      ['name', false],
      ['email_masked', true],
    ]);
    expect(rows.map(({ cells }) => cells.map(({ value }) => value?.value))).toEqual([
      [0n, 'name 0', '***'],
      [1n, 'name 1', '***'],
      [2n, 'name 2', '***'],
    ]);
    expect(rowCount).toBe(BigInt(ROWS));
    const event = await findEvent(mesh, ({ type }) => type === 'preview_dataset');
    expect(event?.details).toMatchObject({ rows: 3, masked: true });
  });

  it('are previewed with the columns that are asked for', async () => {
    const { columns, rows } = await datasets().previewDataset({ name: nameOf('people'), columns: ['ssn', 'name'] });

    expect(columns.map(({ name }) => name)).toEqual(['name']);
    expect(rows).toHaveLength(20);
  });

  it('are downloaded so, whole, in their format, with size and hash of what is sent', async () => {
    const { header, bytes } = await download('people');

    const lines = bytes.toString().trimEnd().split('\n');
    expect(lines[0]).toBe('id,name,email_masked');
    expect(lines).toHaveLength(ROWS + 1);
    expect(bytes.toString()).not.toMatch(/a\.example|536-22/);
    expect(header).toMatchObject({ format: DataFormat.CSV, sizeBytes: BigInt(bytes.length) });
    expect(header?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(header?.maskedColumns).toEqual(['email', 'ssn']);
    expect(header?.columns.filter(({ masked }) => masked).map(({ name }) => name)).toEqual(['email_masked']);
    expect(header?.csv).toMatchObject({ delimiter: ',', header: true });
  });

  it('go on where a download broke off, while the same comes out', async () => {
    const { header, bytes } = await download('people');

    const rest = await download('people', 1_000n, header?.etag);
    expect(rest.bytes.equals(bytes.subarray(1_000))).toBe(true);
    const before = (await agent.parts.datasets.find({ tenant: 'acme' }, nameOf('people')))?.content;
    await expect(download('people', 1_000n, before)).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
    await expect(download('people', BigInt(bytes.length + 1), header?.etag)).rejects.toMatchObject({
      reason: 'OFFSET_OUT_OF_RANGE',
    });
  });

  it('are not seen at all when they cannot be anonymised, and nothing is left behind', async () => {
    await expect(download('doubtful')).rejects.toMatchObject({ reason: 'PII_REMAINS' });
    await expect(datasets().previewDataset({ name: nameOf('doubtful') })).rejects.toMatchObject({
      reason: 'PII_REMAINS',
    });

    expect(await readdir(join(mesh.stateDir, 'masked', String(process.pid)))).toEqual([]);
  });

  it('are anonymised where plain text may be when they are encrypted', async () => {
    const { bytes } = await download('sealed');

    expect(bytes.equals((await download('people')).bytes)).toBe(true);
    const preview = await datasets().previewDataset({ name: nameOf('sealed'), maxRows: 1 });
    expect(preview.columns.map(({ name }) => name)).toEqual(['id', 'name', 'email_masked']);
    const left = await filesHolding(mesh.stateDir, 'name 17');
    expect(left.filter((path) => !path.includes('/contents/'))).toEqual([]);
  });

  it('are refused with an obligation that nobody here knows', async () => {
    mesh.access.decision = { ...ANONYMIZE, obligations: [{ sources: ['GDPR'] }] };

    await expect(download('people')).rejects.toMatchObject({ reason: 'OBLIGATION_UNMET' });
  });
});

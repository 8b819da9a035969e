import { AgentServiceDefinition, DatasetServiceDefinition } from '@weir/contracts/agent';
import { Verdict } from '@weir/contracts/security';
import { serviceToken, tokenFor } from '@weir/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { rewrapDataKeys } from './encryption/rewrap-keys.ts';
import { copyComponent } from './testing/components.ts';
import { NO_POLICY } from './testing/fake-access.ts';
import { copy, scriptedWorker } from './testing/scripted-worker.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { filesHolding } from './testing/files-holding.ts';
import { all, upload } from './testing/upload.ts';

jest.setTimeout(60_000);

describe('datasets that must be encrypted at rest', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  let seen: string[] = [];
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(copyComponent());
    const startWorker = async () =>
      scriptedWorker('worker', async function* (request) {
        seen.push(await readFile(Object.values(request.inputs)[0]?.place?.value ?? '', 'utf8'));
        yield* copy(request);
      });
    agent = await startTestAgent(mesh, { startWorker });
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    seen = [];
    mesh.access.decision = ENCRYPT;
    Object.assign(mesh.crypto, { version: 1, isDestroyed: false });
  });

  const ENCRYPT = {
    id: randomUUID(),
    verdict: Verdict.ALLOW,
    policyRevision: 7n,
    obligations: [{ kind: { $case: 'encrypt' as const, value: {} }, sources: ['GDPR'] }],
  };
  const secret = 'Ana Beispiel, Hauptstrasse 1';
  const rows = Buffer.from(`{"name":"${secret}"}\n`.repeat(10_000));
  const nameOf = (id: string) => `tenants/acme/datasets/${id}`;
  const datasets = () => agent.server.client(DatasetServiceDefinition, tokenFor());
  const download = async (id: string, offset = 0n, etag = ''): Promise<Buffer> => {
    const messages = await all(datasets().downloadDataset({ name: nameOf(id), offsetBytes: offset, etag }));
    return Buffer.concat(messages.map(({ payload }) => (payload?.$case === 'chunk' ? payload.value : Buffer.alloc(0))));
  };
  const run = (dataset: string, output: string) =>
    agent.server.client(AgentServiceDefinition, tokenFor()).processData({
      tenant: 'tenants/acme',
      requestId: randomUUID(),
      run: {
        component: { component: 'components/copy', selector: { $case: 'range', value: '*' } },
        dataset: nameOf(dataset),
        output: { datasetId: output, overwrite: true },
      },
    });
  const fileOf = async (id: string): Promise<string> => {
    const found = await agent.parts.datasets.find({ tenant: 'acme' }, nameOf(id));
    if (!found) throw new Error(`there is no ${id}`);
    return agent.parts.files.pathOf('acme', found.content, found.dataset.format);
  };

  it('lie nowhere in plain text once they are uploaded, and are read as they were', async () => {
    const dataset = await upload(datasets(), 'people', rows, { dataTypes: ['customer'] });

    expect(dataset).toMatchObject({ keyVersion: 'tenants/acme/keys/default/versions/1', rowCount: 10_000n });
    expect(dataset.sizeBytes).toBe(BigInt(rows.length));
    expect(await filesHolding(mesh.stateDir, secret)).toEqual([]);
    expect((await download('people')).equals(rows)).toBe(true);
    const preview = await datasets().previewDataset({ name: nameOf('people'), maxRows: 1 });
    expect(JSON.stringify(preview.rows)).toContain(secret);
    expect(await filesHolding(mesh.stateDir, secret)).toEqual([]);
  });

  it('are downloaded from any place on', async () => {
    const bytes = Buffer.from(`${JSON.stringify({ x: randomBytes(100_000).toString('hex') })}\n`);
    await upload(datasets(), 'ranges', bytes);
    const found = await agent.parts.datasets.find({ tenant: 'acme' }, nameOf('ranges'));

    for (const offset of [1, 65_535, 65_536, 65_537, 131_072, bytes.length - 1, bytes.length]) {
      const rest = await download('ranges', BigInt(offset), found?.content);
      expect(rest.equals(bytes.subarray(offset))).toBe(true);
    }
  });

  it('are decrypted for a run and encrypted again, also where only the input asks for it', async () => {
    await upload(datasets(), 'input', rows);

    await run('input', 'owed');
    mesh.access.decision = NO_POLICY;
    const { result } = await run('input', 'inherited');

    expect(seen).toEqual([rows.toString(), rows.toString()]);
    expect(result?.outputs[0]).toMatchObject({ keyVersion: 'tenants/acme/keys/default/versions/1' });
    expect(await filesHolding(mesh.stateDir, secret)).toEqual([]);
    for (const id of ['owed', 'inherited']) expect((await download(id)).equals(rows)).toBe(true);
  });

  it('stay as they are where nothing is owed', async () => {
    mesh.access.decision = NO_POLICY;

    expect((await upload(datasets(), 'open', Buffer.from('{"x":"in plain sight"}\n'))).keyVersion).toBe('');

    expect(await filesHolding(mesh.stateDir, 'in plain sight')).toHaveLength(1);
  });

  it('leave nothing when an upload breaks', async () => {
    await expect(upload(datasets(), 'broken', Buffer.from(`{"name":"${secret}"`))).rejects.toMatchObject({
      reason: 'DATASET_UNREADABLE',
    });

    expect(await filesHolding(mesh.stateDir, secret)).toEqual([]);
  });

  it('that were changed, cut short or swapped are refused, each with a precise reason', async () => {
    await upload(datasets(), 'whole', rows);
    await upload(datasets(), 'other', rows);
    const path = await fileOf('whole');
    const whole = await readFile(path);
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(70_000) ^ 1, 70_000);
    const chunk = 65_536 + 16;
    const reordered = Buffer.concat([
      whole.subarray(0, 40),
      whole.subarray(40 + chunk, 40 + 2 * chunk),
      whole.subarray(40, 40 + chunk),
      whole.subarray(40 + 2 * chunk),
    ]);
    const broken = [flipped, whole.subarray(0, -1), whole.subarray(0, 40 + 2 * chunk), reordered, Buffer.alloc(0)];

    for (const bytes of [...broken, await readFile(await fileOf('other'))]) {
      await writeFile(path, bytes);
      await expect(download('whole')).rejects.toMatchObject({ reason: 'DATASET_CORRUPT' });
      await expect(run('whole', 'never')).rejects.toMatchObject({ reason: 'DATASET_CORRUPT' });
    }
    await writeFile(path, whole);
    expect((await download('whole')).equals(rows)).toBe(true);
    expect(await filesHolding(mesh.stateDir, secret)).toEqual([]);
  });

  it('of a destroyed key are lost, and say so', async () => {
    await upload(datasets(), 'lost', rows);
    mesh.crypto.isDestroyed = true;

    const lost = { reason: 'DATASET_KEY_LOST', metadata: { key: 'tenants/acme/keys/default/versions/1' } };
    await expect(download('lost')).rejects.toMatchObject(lost);
    await expect(datasets().previewDataset({ name: nameOf('lost') })).rejects.toMatchObject(lost);
    await expect(run('lost', 'never')).rejects.toMatchObject(lost);
    await expect(upload(datasets(), 'later', rows)).rejects.toMatchObject({ reason: 'KEY_DESTROYED' });
  });

  it('have no location that anyone could read them at', async () => {
    await upload(datasets(), 'sealed', rows);
    const described = agent.server
      .client(DatasetServiceDefinition, serviceToken('deployment'))
      .describeDataset({ name: nameOf('sealed'), includeLocation: true });

    await expect(described).rejects.toMatchObject({ reason: 'DATASET_SEALED' });
  });

  it('follow their key to its next version, and leave its counts when they go', async () => {
    await upload(datasets(), 'moving', rows);
    await upload(datasets(), 'leaving', rows);
    mesh.crypto.version = 2;

    await rewrapDataKeys(agent.parts);
    expect([...mesh.crypto.counted.values()].every((version) => version === 2)).toBe(true);
    const { dataset } = await datasets().describeDataset({ name: nameOf('moving') });
    expect(dataset?.keyVersion).toBe('tenants/acme/keys/default/versions/2');
    expect((await download('moving')).equals(rows)).toBe(true);

    const before = mesh.crypto.counted.size;
    await datasets().deleteDataset({ name: nameOf('leaving') });
    while (
      (await agent.parts.datasetKeys.discarded({ tenant: 'acme' }, 'tenants/acme/keys/default', 10)).length === 0
    ) {
      await agent.parts.leftovers.sweep();
      await wait(10);
    }
    await rewrapDataKeys(agent.parts);
    expect(mesh.crypto.counted.size).toBeLessThan(before);
  });

  it('leave plain text of a process that died only until another one looks', async () => {
    const dead = join(mesh.stateDir, 'plaintext', '999999999', 'run');
    await mkdir(dead, { recursive: true });
    await writeFile(join(dead, 'data'), secret);

    await using _next = await startTestAgent(mesh);

    expect(await filesHolding(mesh.stateDir, secret)).toEqual([]);
  });
});

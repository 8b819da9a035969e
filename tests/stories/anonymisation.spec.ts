import { AgentServiceDefinition, DatasetServiceDefinition } from '@weir/contracts/agent';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import { Permission } from '@weir/contracts/options';
import { Clearance, ComponentServiceDefinition, DataFormat } from '@weir/contracts/registry';
import {
  AccessEffect,
  AccessServiceDefinition,
  PiiType,
  PrivacyServiceDefinition,
  Role,
} from '@weir/contracts/security';
import { setTimeout as wait } from 'node:timers/promises';
import { administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const ID = 'discreet';
const TENANT = `tenants/${ID}`;
const ROWS = ['id,email,ssn,amount', '1,ann@a.example,536-22-1234,9.5', '2,bob@b.example,536-22-1235,3', '3,,,1'];

const steps = (middle: readonly object[]) => [
  { id: 'people', config: { $case: 'read' as const, value: {} } },
  ...middle,
  { id: 'result', config: { $case: 'write' as const, value: { format: DataFormat.CSV } } },
];

describe('personal data', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let bee: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    bee = await tenantWith(admin, mesh, ID, Role.DATA_ENGINEER);
    await publish('plain-copy', []);
    await publish('hidden-copy', [{ id: 'hidden', config: { $case: 'anonymize' as const, value: {} } }]);
    await upload();
  }, 60_000);
  afterAll(async () => {
    await bee[Symbol.asyncDispose]();
    await admin[Symbol.asyncDispose]();
  });

  async function publish(id: string, middle: readonly object[]): Promise<void> {
    const component = `components/${id}`;
    const components = admin.client(ComponentServiceDefinition);
    await components.publishComponent({
      component: {
        name: `${component}/versions/1.0.0`,
        displayName: id,
        capabilities: ['copy'],
        dataFormats: [DataFormat.CSV],
        resources: { cpuMillicores: 100, memoryBytes: 256n * 1024n * 1024n },
        clearance: Clearance.INTERNAL,
        runtime: { kind: { $case: 'pipeline', value: { steps: steps(middle) } } },
      },
    } as never);
    await components.grantAccess({ grant: { tenant: TENANT, component, range: '^1.0.0' } });
  }

  const upload = () =>
    bee.client(DatasetServiceDefinition).uploadDataset(
      (async function* () {
        const payload = Buffer.from(`${ROWS.join('\n')}\n`);
        const target = { datasetId: 'people', format: DataFormat.CSV, classification: Clearance.INTERNAL };
        const metadata = { target, sizeBytes: BigInt(payload.length) };
        yield { parent: TENANT, payload: { $case: 'metadata' as const, value: metadata } };
        yield { payload: { $case: 'chunk' as const, value: payload } };
      })() as never,
    );

  async function run(component: string, reader: Actor) {
    const { result } = await bee.client(AgentServiceDefinition).processData(
      {
        tenant: TENANT,
        run: {
          component: { component: `components/${component}`, selector: { $case: 'range', value: '^1.0.0' } },
          dataset: `${TENANT}/datasets/people`,
          output: { datasetId: `out-${component}`, overwrite: true },
        },
      },
      { timeoutMs: 60_000 },
    );
    return { result, ...(await download(`${TENANT}/datasets/out-${component}`, reader)) };
  }

  async function download(name: string, reader: Actor) {
    const chunks: Buffer[] = [];
    for await (const { payload } of reader.client(DatasetServiceDefinition).downloadDataset({ name })) {
      if (payload?.$case === 'chunk') chunks.push(Buffer.from(payload.value));
    }
    return { text: Buffer.concat(chunks).toString() };
  }

  const clean = (text: string): void => {
    expect(text.split('\n')[0]?.split(',').sort()).toEqual(['amount', 'email_masked', 'id']);
    expect(text).toContain('a***@a.example');
    expect(text).not.toMatch(/ann@|bob@|536-22/);
  };

  it('leaves no run whose pipeline anonymises, and the lineage says what became of it', async () => {
    const { result, text } = await run('hidden-copy', bee);

    clean(text);
    const found = (result?.pii?.findings ?? []).map(({ field, type, recognizer, count }) => [
      field,
      type,
      recognizer,
      Number(count),
    ]);
    expect(found).toEqual([
      ['email', PiiType.EMAIL, 'recognizers/email', 2],
      ['ssn', PiiType.US_SSN, 'recognizers/us-ssn', 2],
    ]);
    // Of three rows with four columns two values are empty.
    expect(result?.pii?.valuesScanned).toBe(10n);
    expect(result?.pii?.findings.every(({ minScore, maxScore }) => minScore >= 0.5 && maxScore <= 1)).toBe(true);
    expect(result?.outputs[0]?.columns.filter(({ masked }) => masked).map(({ name }) => name)).toEqual([
      'email_masked',
    ]);
    expect(result?.lineage?.outputs[0]?.columnLineage).toMatchObject([
      { column: 'email_masked', sources: [{ name: `${TENANT}/datasets/people`, column: 'email' }] },
    ]);
  });

  it('is found in many records at once, on a thread of its own', async () => {
    const records = Array.from({ length: 2_000 }, (_, row) => ({ row, note: `mail p${row}@a.example please` }));
    const content = { $case: 'records' as const, value: { records } };
    const { counts } = await bee.client(PrivacyServiceDefinition).detectPii({ tenant: TENANT, content });

    expect(counts).toMatchObject([{ type: PiiType.EMAIL, findingCount: 2_000n }]);
  });

  it('leaves no run at all once a policy demands it, and auditors find the run by its flag', async () => {
    expect((await run('plain-copy', bee)).text).toContain('ann@a.example');
    const allow = {
      id: 'everyone',
      effect: AccessEffect.ALLOW,
      principals: ['*'],
      permissions: [Permission.PIPELINE, Permission.READ],
      operations: ['*'],
    };
    const control = { ...allow, resources: ['*'] };
    await admin.client(AccessServiceDefinition).putPolicy({
      policy: {
        name: `${TENANT}/policies/privacy`,
        displayName: 'Privacy',
        accessControls: [control],
        anonymization: { detectPii: true, exemptRoles: [Role.PLATFORM_ADMIN] },
      },
    });

    clean((await run('plain-copy', bee)).text);
    clean((await run('plain-copy', admin)).text);
    // Whoever reads what was there before is obliged as well, unless the policy exempts them: nobody goes round the run.
    const name = `${TENANT}/datasets/people`;
    clean((await download(name, bee)).text);
    const { rows } = await bee.client(DatasetServiceDefinition).previewDataset({ name });
    expect(rows.flatMap(({ cells }) => cells.map(({ value }) => value?.value))).toContain('a***@a.example');
    expect((await download(name, admin)).text).toContain('ann@a.example');
    const flagged = {
      tenant: TENANT,
      filter: { complianceFlags: ['pii_detected'], types: ['data_processing_request'] },
    };
    const end = Date.now() + 20_000;
    let found = 0;
    while (found < 2 && Date.now() < end) {
      await wait(200);
      found = (await admin.client(AuditServiceDefinition).queryEvents(flagged)).events.length;
    }
    expect(found).toBeGreaterThanOrEqual(2);
  });
});

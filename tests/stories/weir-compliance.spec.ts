import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComplianceFramework, ComplianceServiceDefinition, Role } from '@weir/contracts/security';
import { administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const ID = 'story-weir-compliance';
const MAIN = join(import.meta.dirname, '../../apps/cli/src/main.ts');

describe('weir compliance', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let owner: Actor;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-compliance-'));
    admin = administrator(mesh);
    owner = await tenantWith(admin, mesh, ID, Role.DATA_ADMIN);
  });
  afterAll(async () => {
    for (const actor of [owner, admin]) await actor[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Runs it as its user does. */
  async function weir(...args: string[]): Promise<{ code: number; out: string; said: string }> {
    const env = { ...process.env, WEIR_TOKEN: await owner.token(), SECURITY_ADDRESS: mesh.addresses.security };
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { env, timeout: 60_000 }, (error, out, said) =>
        resolve({ code: error ? Number(error.code) : 0, out, said }),
      );
    });
  }

  it('says which framework to configure first', async () => {
    expect(await weir('compliance', 'evaluate', ID)).toMatchObject({
      code: 1,
      said: expect.stringContaining('FRAMEWORK_NOT_CONFIGURED'),
    });
  });

  it('lists every control with its outcome and why, and fails because one is not satisfied', async () => {
    const tenant = `tenants/${ID}`;
    const compliance = owner.client(ComplianceServiceDefinition);
    await compliance.configureFramework({ tenant, framework: ComplianceFramework.PCI_DSS });

    const all = await weir('compliance', 'evaluate', ID);
    const failed = await weir('compliance', 'evaluate', ID, '--failed');

    expect(all.out).toMatch(/PCI_DSS +7\.2\.1 +NOT_SATISFIED +\S/);
    expect(all.out).toMatch(/PCI_DSS +10\.3\.4 +SATISFIED +All \d+ events/);
    expect(all).toMatchObject({ code: 1, said: expect.stringMatching(/\d+ of \d+ controls are not satisfied/) });
    expect(failed.out).toContain('7.2.1');
    expect(failed.out).not.toContain('10.3.4');
  });

  it('takes an assessment along, as it was made', async () => {
    const name = /tenants\/\S+\/assessments\/\S+/.exec((await weir('compliance', 'evaluate', ID)).out)?.[0] ?? '';
    const file = join(folder, 'report.json');

    expect(await weir('compliance', 'export', name, '--out', file)).toMatchObject({ code: 0 });
    const stated = await weir('compliance', 'export', name);

    const oscal = JSON.parse(readFileSync(file, 'utf8')) as { 'assessment-results': { results: object[] } };
    expect(oscal['assessment-results'].results).toHaveLength(1);
    expect(stated.out).toBe(readFileSync(file, 'utf8'));
    const json = await weir('compliance', 'export', name, '--format', 'json');
    expect(JSON.parse(json.out)).toMatchObject({ name });
  });
});

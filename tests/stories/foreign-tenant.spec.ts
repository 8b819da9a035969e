import { methodRules } from '@weir/contracts';
import { Permission, TenantScope } from '@weir/contracts/options';
import { Role } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { allMethods, requestWith } from './setup/hostile.ts';
import { rawClient } from './setup/raw-call.ts';
import { addressOf, administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

describe('a token of another tenant', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let victim: Actor;
  let thief: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    victim = await tenantWith(admin, mesh, 'story-victim', Role.DATA_ADMIN);
    thief = await tenantWith(admin, mesh, 'story-thief', Role.DATA_ADMIN);
  });

  afterAll(async () => {
    for (const actor of [victim, thief, admin]) await actor[Symbol.asyncDispose]();
  });

  it('is refused by every method that names a tenant, in the same words whether the tenant exists or not', async () => {
    const token = await thief.token();
    const answers: string[] = [];
    let asked = 0;
    for (const method of allMethods()) {
      const path = `/${method.parent.typeName}/${method.name}`;
      const info = methodRules().get(path);
      if (info?.rule.tenantScope !== TenantScope.FIELD || path.includes('WorkerService')) continue;
      asked += 1;
      using client = rawClient(addressOf(mesh, method.parent.typeName.split('.')[1] ?? ''));
      const [there, nowhere] = await Promise.all(
        ['story-victim', 'story-nobody'].map(async (id) => {
          const tenant = { path: info.rule.tenantField, name: `tenants/${id}` };
          const outcome = await client.any(path, requestWith(method, 'x', tenant), token);
          return `${outcome.code} ${outcome.message.replaceAll(id, '<id>')}${outcome.answers > 0 ? ' and answers' : ''}`;
        }),
      );
      if (there !== nowhere || !there?.startsWith(`${Code.PERMISSION_DENIED} `))
        answers.push(`${path}: ${there} / ${nowhere}`);
    }
    expect(answers).toEqual([]);
    expect(asked).toBeGreaterThan(80);
  });

  it('is refused by every method of the platform', async () => {
    const token = await thief.token();
    const open: readonly Permission[] = [Permission.PUBLIC, Permission.AUTHENTICATED];
    const passed: string[] = [];
    for (const method of allMethods()) {
      const path = `/${method.parent.typeName}/${method.name}`;
      const info = methodRules().get(path);
      if (info?.rule.tenantScope !== TenantScope.PLATFORM || open.includes(info.rule.permission)) continue;
      using client = rawClient(addressOf(mesh, method.parent.typeName.split('.')[1] ?? ''));
      const { code, message } = await client.any(path, requestWith(method, 'x'), token);
      if (code !== Code.PERMISSION_DENIED) passed.push(`${path}: ${code} ${message}`);
    }
    expect(passed).toEqual([]);
  });
});

import { Audit } from '@weir/contracts/options';
import { Role } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { plainRequest, requestWith } from './setup/hostile.ts';
import { callByRule, differencesOf, eachOf, servedMethods, tenantIn } from './setup/rule-calls.ts';
import { administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const TENANT = 'tenants/campaign-rules';
/** Empty requests for these would change what other campaigns stand on. */
const BREAKS_OTHERS = new Set(['DeleteTenant', 'SuspendTenant', 'RotateSigningKey']);

describe('what the rule of a method declares', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let insider: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    insider = await tenantWith(admin, mesh, 'campaign-rules', Role.DATA_ADMIN);
  });
  afterAll(async () => {
    for (const actor of [insider, admin]) await actor[Symbol.asyncDispose]();
  });

  it('is on record for every method, served, refused or failed', async () => {
    const since = new Date();
    const tokens = [await admin.token(), await insider.token()];
    const attempts = servedMethods()
      .filter(({ name }) => !BREAKS_OTHERS.has(name))
      .flatMap((method) => {
        const tenant = tenantIn(method, TENANT);
        const requests = [plainRequest(method, tenant), requestWith(method, 'x', tenant)];
        return tokens.flatMap((token) => requests.map((request) => ({ method, request, token })));
      });
    const calls = await eachOf(attempts, ({ method, request, token }) => callByRule(mesh, method, request, token));

    // What a deadline ends is told to the caller before the service knows.
    const settled = calls.filter(({ code }) => code !== Code.DEADLINE_EXCEEDED);
    const served = settled.filter(({ rule, code }) => rule.audit === Audit.ALWAYS && code === 0);
    expect(new Set(served.map(({ path }) => path)).size).toBeGreaterThan(3);
    expect(await differencesOf(admin, TENANT, settled, since)).toEqual([]);
  }, 300_000);
});

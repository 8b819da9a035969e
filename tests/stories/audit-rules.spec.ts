import { Permission } from '@weir/contracts/options';
import { Role } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { plainRequest } from './setup/hostile.ts';
import { callByRule, differencesOf, eachOf, ruleOf, servedMethods, tenantIn } from './setup/rule-calls.ts';
import { administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const TENANT = 'tenants/story-rules';

// What is served, refused for its content or fails is the campaign's: audit-rules.campaign.spec.ts.
describe('what the rule of a method declares', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let insider: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    insider = await tenantWith(admin, mesh, 'story-rules', Role.DATA_ADMIN);
  });
  afterAll(async () => {
    for (const actor of [insider, admin]) await actor[Symbol.asyncDispose]();
  });

  it('is on record for every method that someone calls without a token', async () => {
    const since = new Date();
    const closed = servedMethods().filter((method) => ruleOf(method).permission !== Permission.PUBLIC);
    const calls = await eachOf(closed, (method) =>
      callByRule(mesh, method, plainRequest(method, tenantIn(method, TENANT)), undefined),
    );

    expect(calls.filter(({ code }) => code !== Code.UNAUTHENTICATED)).toEqual([]);
    expect(await differencesOf(admin, TENANT, calls, since)).toEqual([]);
  }, 120_000);
});

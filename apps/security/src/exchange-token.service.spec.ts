import { Permission } from '@weir/contracts/options';
import { PrincipalServiceDefinition, Role, TokenServiceDefinition } from '@weir/contracts/security';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const agentSecret = 'a secret that the launcher made for the agent';
const registrySecret = 'a secret that the launcher made for the registry';

let security: RunningSecurity;
let secretsDir: string;
beforeAll(async () => {
  secretsDir = mkdtempSync(join(tmpdir(), 'weir-secrets-'));
  writeFileSync(join(secretsDir, 'agent.secret'), `${agentSecret}\n`);
  writeFileSync(join(secretsDir, 'registry.secret'), registrySecret);
  security = await startSecurity({ serviceSecretsDir: secretsDir });
}, 60_000);
afterAll(async () => {
  await security[Symbol.asyncDispose]();
  rmSync(secretsDir, { recursive: true });
});

const tokensAs = (token?: string) => security.client(TokenServiceDefinition, token);
const issue = async (clientId: string, clientSecret: string): Promise<string> =>
  (await tokensAs().issueToken({ clientId, clientSecret })).accessToken;

describe('the identity of a service', () => {
  it('is got with the secret in its file, has no permissions, and calls only what names it', async () => {
    const token = await tokensAs().issueToken({ clientId: 'principals/agent', clientSecret: agentSecret });

    expect(token.claims).toMatchObject({ roles: [Role.SERVICE], permissions: [], tenant: '' });
    const principals = security.client(PrincipalServiceDefinition, token.accessToken);
    expect(await refusal(principals.listPrincipals({}))).toBe('CALLER_NOT_ALLOWED');
    expect(await tokensAs(token.accessToken).introspectToken({ token: token.accessToken })).toMatchObject({
      active: true,
    });
  });
});

describe('an exchanged token', () => {
  it('acts on behalf of its subject, and says who acts', async () => {
    const subjectToken = await security.tokenFor('acme', 'user', Role.DATA_ENGINEER);
    const agent = await issue('principals/agent', agentSecret);

    const exchanged = await tokensAs(agent).exchangeToken({
      subjectToken,
      permissions: [Permission.READ],
      audiences: ['registry'],
    });

    expect(exchanged.claims).toMatchObject({
      subject: 'tenants/acme/principals/user',
      tenant: 'tenants/acme',
      actors: ['principals/agent'],
      clientId: 'principals/agent',
      permissions: [Permission.READ],
      audiences: ['registry'],
      authenticationMethods: ['pwd'],
    });
    expect(exchanged.expiresIn?.seconds).toBeGreaterThanOrEqual(3_598n);
    const seen = await tokensAs(security.adminToken).introspectToken({ token: exchanged.accessToken });
    expect(seen.claims).toEqual(exchanged.claims);
  });

  it('never says more than its subject token', async () => {
    const { name: clientId, secret: clientSecret } = await security.enroll('acme', 'limited', [Role.DATA_VIEWER]);
    const subject = await tokensAs().issueToken({
      clientId,
      clientSecret,
      audiences: ['agent'],
      lifetime: { seconds: 3600n },
    });
    const exchange = (request: { permissions?: Permission[]; audiences?: string[]; lifetime?: { seconds: bigint } }) =>
      tokensAs(security.adminToken).exchangeToken({ subjectToken: subject.accessToken, ...request });

    expect(await refusal(exchange({ permissions: [Permission.WRITE] }))).toBe('INVALID_SCOPE');
    expect(await refusal(exchange({ audiences: ['registry'] }))).toBe('INVALID_TARGET');
    const longest = await exchange({ lifetime: { seconds: 86_400n } });
    expect(longest.claims?.expiresAt).toEqual(subject.claims?.expiresAt);
  });

  it('is only for who may act: the tenant itself, the platform, and services that are named', async () => {
    const subjectToken = await security.tokenFor('acme', 'wanted', Role.DATA_VIEWER);
    const foreign = await security.tokenFor('globex', 'envious', Role.DATA_ADMIN);
    const registry = await issue('principals/registry', registrySecret);
    const colleague = await security.tokenFor('acme', 'colleague', Role.DATA_VIEWER);

    expect(await refusal(tokensAs(foreign).exchangeToken({ subjectToken }))).toBe('INVALID_SUBJECT_TOKEN');
    expect(await refusal(tokensAs(registry).exchangeToken({ subjectToken }))).toBe('CALLER_NOT_ALLOWED');
    expect(await refusal(tokensAs(colleague).exchangeToken({ subjectToken }))).toBeUndefined();
    expect(await refusal(tokensAs(colleague).exchangeToken({ subjectToken: 'a.b.c' }))).toBe('INVALID_SUBJECT_TOKEN');
  });

  it('dies with its subject and with its actor', async () => {
    const user = await security.enroll('acme', 'mortal', [Role.DATA_VIEWER]);
    const actor = await security.enroll('acme', 'actor', [Role.DATA_VIEWER]);
    const admin = tokensAs(security.adminToken);
    const exchange = async () => {
      const subjectToken = await issue(user.name, user.secret);
      const { accessToken } = await tokensAs(await issue(actor.name, actor.secret)).exchangeToken({ subjectToken });
      return accessToken;
    };

    for (const { name } of [user, actor]) {
      const token = await exchange();
      await admin.revokeToken({ tenant: 'tenants/acme', target: { $case: 'principal', value: name } });
      expect(await admin.introspectToken({ token })).toEqual({ active: false, claims: undefined });
      expect(await refusal(admin.exchangeToken({ subjectToken: token }))).toBe('INVALID_SUBJECT_TOKEN');
    }
  });

  it('has four actors at most', async () => {
    let subjectToken = await security.tokenFor('acme', 'origin', Role.DATA_VIEWER);
    for (let step = 1; step <= 4; step += 1) {
      const next = await security.tokenFor('acme', `relay-${step}`, Role.DATA_VIEWER);
      subjectToken = (await tokensAs(next).exchangeToken({ subjectToken })).accessToken;
    }
    const last = await security.tokenFor('acme', 'relay-5', Role.DATA_VIEWER);

    expect(await refusal(tokensAs(last).exchangeToken({ subjectToken }))).toBe('ACTOR_CHAIN_TOO_LONG');
  });

  it('of a tenant that is asked about by another tenant is inactive and nothing else', async () => {
    const token = await security.tokenFor('acme', 'private', Role.DATA_VIEWER);
    const curious = tokensAs(await security.tokenFor('globex', 'curious', Role.DATA_ADMIN));

    expect(await curious.introspectToken({ token })).toEqual({ active: false, claims: undefined });
  });
});

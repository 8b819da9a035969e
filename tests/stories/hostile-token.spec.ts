import { createPublicKey } from 'node:crypto';
import { methodRules } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import { Role, TokenServiceDefinition } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { forgeries } from './setup/forgeries.ts';
import { requestWith, unaryMethods } from './setup/hostile.ts';
import { rawClient, type RawClient } from './setup/raw-call.ts';
import { addressOf, administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const SERVICES = ['registry', 'security', 'audit', 'agent', 'deployment'] as const;
const OPEN: readonly Permission[] = [Permission.PUBLIC];

describe('a token that somebody made, changed or kept', () => {
  const mesh = sharedMesh();
  const clients = new Map<string, RawClient>();
  let admin: Actor;
  let forger: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    forger = await tenantWith(admin, mesh, 'story-forger', Role.DATA_ADMIN);
    for (const service of SERVICES) clients.set(service, rawClient(addressOf(mesh, service)));
  });

  afterAll(async () => {
    for (const client of clients.values()) client[Symbol.dispose]();
    for (const actor of [forger, admin]) await actor[Symbol.asyncDispose]();
  });

  /** A method of the service that asks for a token, and a request that it would answer. */
  const guarded = (service: string) => {
    const method = unaryMethods().find(({ parent, name }) => {
      const rule = methodRules().get(`/${parent.typeName}/${name}`)?.rule;
      return parent.typeName.startsWith(`weir.${service}.`) && !!rule && !OPEN.includes(rule.permission);
    });
    if (!method) throw new Error(`${service} has no guarded method`);
    return { path: `/${method.parent.typeName}/${method.name}`, request: requestWith(method, 'tenants/story-forger') };
  };
  const outcomeAt = async (service: string, token: string | undefined) => {
    const { path, request } = guarded(service);
    return clients.get(service)?.unary(path, request, token, { deadlineMs: 20_000 });
  };
  const refusalAt = async (service: string, token: string): Promise<string> => {
    const outcome = await outcomeAt(service, token);
    return outcome?.code === Code.UNAUTHENTICATED ? (outcome.error?.reason ?? '') : `code ${outcome?.code}`;
  };

  it.each(SERVICES)('is refused by %s, however it was forged', async (service) => {
    const token = await forger.token();
    const kid = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
    const { keys } = await admin.client(TokenServiceDefinition).getJwks({});
    const jwk = keys.find((key) => key.kid === kid.kid) ?? keys[0];
    if (!jwk) throw new Error('no key is published');
    const { kty, crv, x, y } = jwk;
    const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });

    const passed: string[] = [];
    for (const [what, forged] of forgeries({ token, jwk, publicKey })) {
      const answer = await refusalAt(service, forged);
      if (!['TOKEN_INVALID', 'TOKEN_MALFORMED'].includes(answer)) passed.push(`${what}: ${answer}`);
    }

    expect(passed).toEqual([]);
    // What was forged took nothing from what it was made of.
    expect((await outcomeAt(service, token))?.code).not.toBe(Code.UNAUTHENTICATED);
  });

  it('that is for other services is refused by all but them', async () => {
    const { accessToken } = await forger
      .client(TokenServiceDefinition)
      .exchangeToken({ subjectToken: await forger.token(), audiences: ['audit'] });

    const answers = await Promise.all(SERVICES.map((service) => refusalAt(service, accessToken)));

    expect(answers.map((answer) => answer === 'TOKEN_INVALID')).toEqual([true, true, false, true, true]);
  });

  it('and revoked before it is played again is refused by every service within a second or so', async () => {
    const service = forger.client(TokenServiceDefinition);
    const { accessToken } = await service.exchangeToken({ subjectToken: await forger.token() });
    for (const one of SERVICES) expect(await refusalAt(one, accessToken)).not.toBe('TOKEN_REVOKED');

    await service.revokeToken({ tenant: 'tenants/story-forger', target: { $case: 'token', value: accessToken } });

    const waiting = new Set<string>(SERVICES);
    for (const end = Date.now() + 20_000; waiting.size > 0 && Date.now() < end;) {
      for (const one of waiting) if ((await refusalAt(one, accessToken)) === 'TOKEN_REVOKED') waiting.delete(one);
    }
    expect([...waiting]).toEqual([]);
  });

  it('is not needed for what is public, and asked for by everything else', async () => {
    const unguarded: string[] = [];
    for (const method of unaryMethods()) {
      const path = `/${method.parent.typeName}/${method.name}`;
      const info = methodRules().get(path);
      const service = method.parent.typeName.split('.')[1] ?? '';
      if (!info || OPEN.includes(info.rule.permission) || path.includes('WorkerService')) continue;
      const outcome = await clients.get(service)?.unary(path, requestWith(method, 'x'), undefined);
      if (outcome?.error?.reason !== 'TOKEN_MISSING') unguarded.push(`${path}: ${outcome?.code}`);
    }
    expect(unguarded).toEqual([]);
  });
});

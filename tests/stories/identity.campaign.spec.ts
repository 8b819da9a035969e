import { methodRules } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import { Role, SigningAlgorithm, SigningKeyState, TokenServiceDefinition } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { SERVICES, type Mesh, type ServiceName } from '@weir/mesh';
import { setTimeout as wait } from 'node:timers/promises';
import { requestWith, unaryMethods } from './setup/hostile.ts';
import { rawClient, type RawClient, type RawOutcome } from './setup/raw-call.ts';
import { factsOf, temporaryMesh } from './setup/start-mesh.ts';
import { administrator, tenantWith, type Actor } from './setup/story.ts';

const PUBLISH_MS = 3_000;
const TENANT = 'tenants/story-campaign';
const OTHERS = SERVICES.filter((service) => service !== 'security');

/** A method that asks for a token, and a request in which everything is called like the tenant. */
function guarded(service: ServiceName) {
  const method = unaryMethods().find(({ parent, name }) => {
    const permission = methodRules().get(`/${parent.typeName}/${name}`)?.rule.permission;
    return parent.typeName.startsWith(`weir.${service}.`) && permission !== Permission.PUBLIC;
  });
  if (!method) throw new Error(`${service} has no guarded method`);
  return { path: `/${method.parent.typeName}/${method.name}`, request: requestWith(method, TENANT) };
}

const keyIdOf = (token: string): string => {
  const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
  return header.kid;
};

describe('tokens over five services', () => {
  let mesh: Mesh;
  let admin: Actor;
  let caller: Actor;
  const clients = new Map<ServiceName, RawClient>();

  beforeAll(async () => {
    mesh = await temporaryMesh({ JWKS_MAX_AGE: `${PUBLISH_MS}ms`, REVOCATIONS_STALE_AFTER: '5s', LOG_LEVEL: 'warn' });
    admin = administrator(factsOf(mesh));
    caller = await tenantWith(admin, factsOf(mesh), TENANT.replace('tenants/', ''), Role.DATA_ADMIN);
    for (const service of SERVICES) clients.set(service, rawClient(mesh.address(service)));
  }, 120_000);

  afterAll(async () => {
    for (const client of clients.values()) client[Symbol.dispose]();
    for (const actor of [caller, admin]) await actor[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  }, 60_000);

  const call = async (service: ServiceName, token: string): Promise<RawOutcome> => {
    const { path, request } = guarded(service);
    const outcome = await clients.get(service)?.unary(path, request, token, { deadlineMs: 20_000 });
    if (!outcome) throw new Error(`no client for ${service}`);
    return outcome;
  };
  const tokens = () => caller.client(TokenServiceDefinition);
  /** Another token of the caller, as good as its own. */
  const another = async () => (await tokens().exchangeToken({ subjectToken: await caller.token() })).accessToken;

  it('are never refused while keys rotate and calls run at full speed', async () => {
    const over = new AbortController();
    const valid = [await another()];
    const refused: string[] = [];
    const accepted = new Map<string, Set<string>>();
    let calls = 0;
    const keepIssuing = async (): Promise<void> => {
      while (!over.signal.aborted) {
        valid.push(await another());
        if (valid.length > 40) valid.splice(1, 1);
      }
    };
    const keepCalling = async (service: ServiceName): Promise<void> => {
      for (let turn = 0; !over.signal.aborted; turn += 1) {
        // The newest, whose key verifiers may have known for the shortest time; the oldest; and any other.
        const token = [valid.at(-1), valid[0], valid[turn % valid.length]][turn % 3] ?? '';
        const { code, error } = await call(service, token);
        calls += 1;
        if (code === Code.UNAUTHENTICATED) refused.push(`${service}: ${error?.reason} ${keyIdOf(token)}`);
        else accepted.set(keyIdOf(token), (accepted.get(keyIdOf(token)) ?? new Set()).add(service));
      }
    };
    const load = Promise.all([keepIssuing(), ...SERVICES.flatMap((service) => [service, service]).map(keepCalling)]);

    const { RS256, ES256 } = SigningAlgorithm;
    const keys: string[] = [];
    for (const algorithm of [RS256, ES256, RS256]) {
      const { key } = await admin.client(TokenServiceDefinition).rotateSigningKey({ algorithm });
      keys.push(key?.keyId ?? '');
      await wait(PUBLISH_MS + 2_000);
    }
    over.abort();
    await load;

    expect(refused).toEqual([]);
    expect(calls).toBeGreaterThan(1_000);
    for (const key of keys) expect([...(accepted.get(key) ?? [])].sort()).toEqual([...SERVICES].sort());
    const { keys: listed } = await admin.client(TokenServiceDefinition).listSigningKeys({});
    expect(listed.map(({ state }) => state)).toEqual([
      SigningKeyState.SIGNING,
      ...Array<SigningKeyState>(3).fill(SigningKeyState.VERIFYING),
    ]);
  }, 180_000);

  /** Waits until every service refuses the token as revoked. */
  const untilRevoked = async (token: string): Promise<void> => {
    const waiting = new Set<ServiceName>(SERVICES);
    for (const end = Date.now() + 20_000; waiting.size > 0 && Date.now() < end;) {
      for (const service of waiting) {
        const { error } = await call(service, token);
        if (error?.reason === 'TOKEN_REVOKED') waiting.delete(service);
      }
    }
    expect([...waiting]).toEqual([]);
  };

  it.each(['token', 'principal', 'tenant'] as const)(
    'revoked by %s are refused by all of them, and what is issued afterwards is not',
    async (by) => {
      const tenant = by === 'tenant' ? 'story-wiped' : `story-${by}`;
      await using actor = await tenantWith(admin, factsOf(mesh), tenant, Role.DATA_ADMIN);
      const token = await actor.token();
      for (const service of SERVICES) expect((await call(service, token)).code).not.toBe(Code.UNAUTHENTICATED);

      const target = {
        token: { $case: 'token', value: token },
        principal: { $case: 'principal', value: actor.name },
        tenant: { $case: 'wholeTenant', value: true },
      } as const;
      await admin.client(TokenServiceDefinition).revokeToken({ tenant: `tenants/${tenant}`, target: target[by] });

      await untilRevoked(token);
      // Its source asks for another one once it learns that the old one does not count.
      const fresh = await actor
        .client(TokenServiceDefinition)
        .introspectToken({ token })
        .then(() => actor.token());
      for (const service of SERVICES) expect((await call(service, fresh)).code).not.toBe(Code.UNAUTHENTICATED);
    },
    60_000,
  );

  it('that expired are refused by all of them', async () => {
    const { accessToken } = await tokens().exchangeToken({
      subjectToken: await caller.token(),
      lifetime: { seconds: 1n, nanos: 0 },
    });
    const waiting = new Set<ServiceName>(SERVICES);
    for (const end = Date.now() + 90_000; waiting.size > 0 && Date.now() < end;) {
      for (const service of waiting) {
        if ((await call(service, accessToken)).error?.reason === 'TOKEN_EXPIRED') waiting.delete(service);
      }
      await wait(200);
    }
    expect([...waiting]).toEqual([]);
  }, 120_000);

  it('are all refused while security is silent for too long, and count again once it speaks', async () => {
    const token = await another();
    const answers = async () => Promise.all(OTHERS.map(async (one) => (await call(one, token)).error?.reason ?? 'ok'));
    const until = async (expected: boolean): Promise<void> => {
      for (const end = Date.now() + 30_000; Date.now() < end;) {
        if ((await answers()).every((answer) => (answer === 'KEYS_UNAVAILABLE') === expected)) return;
        await wait(100);
      }
      throw new Error(`after 30 s: ${(await answers()).join(', ')}`);
    };

    // It holds its connections and says nothing: harder to notice than a process that is gone.
    await mesh.services.security.kill('SIGSTOP');
    try {
      await until(true);
    } finally {
      await mesh.services.security.kill('SIGCONT');
    }
    await until(false);
  }, 90_000);
});

import type { CallContext } from '@weir/context';
import { AcquireJobSlotResponse, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import { TokenServiceDefinition } from '@weir/contracts/security';
import { bind } from '../handler.ts';
import { adminToken, serviceToken, startTestServer, tokenFor } from '../testing/index.ts';

/** A server whose handlers answer, and remember the scope that they were given. */
async function start() {
  const scopes: (string | undefined)[] = [];
  const see = ({ scope }: CallContext): void => void scopes.push(scope.tenant);
  const server = await startTestServer({
    bindings: [
      bind(TenantServiceDefinition, {
        getTenant: async (_, context) => (see(context), { tenant: undefined }),
        listTenants: async (_, context) => (see(context), { tenants: [], nextPageToken: '' }),
      }),
      bind(UsageServiceDefinition, {
        acquireJobSlot: async (_, context) => (see(context), AcquireJobSlotResponse.create()),
      }),
      bind(TokenServiceDefinition, {
        getJwks: async (_, context) => (see(context), { keys: [], maxAge: undefined, etag: '' }),
        introspectToken: async (_, context) => (see(context), { active: false, claims: undefined }),
        revokeToken: async (_, context) => (see(context), { revocation: undefined, revision: 0n }),
      }),
    ],
  });
  return {
    ...server,
    scopes,
    tenants: (token?: string) => server.client(TenantServiceDefinition, token),
    usage: (token?: string) => server.client(UsageServiceDefinition, token),
    tokens: (token?: string) => server.client(TokenServiceDefinition, token),
  };
}

const acme = { name: 'tenants/acme' };

describe('authorize', () => {
  it('gives a call of a tenant the scope of that tenant', async () => {
    await using server = await start();

    await server.tenants(tokenFor()).getTenant(acme);

    expect(server.scopes).toEqual(['acme']);
  });

  it.each([
    'tenants/other',
    'tenants/acme2',
    'tenants/Acme',
    'tenants/acmе',
    'tenants/-',
    'tenants/acme%2f',
    'tenants/ acme',
  ])('refuses a token of acme for %s', async (name) => {
    await using server = await start();

    await expect(server.tenants(tokenFor()).getTenant({ name })).rejects.toMatchObject({ reason: 'FOREIGN_TENANT' });
    expect(server.scopes).toEqual([]);
  });

  it('answers in the same words whether the foreign tenant exists or not', async () => {
    await using server = await start();

    await expect(server.tenants(tokenFor()).getTenant({ name: 'tenants/other' })).rejects.toThrow(
      'tenants/acme/principals/tester may not act for tenants/other',
    );
  });

  it.each(['', 'acme', 'tenant/acme', 'Tenants/acme', '/tenants/acme'])(
    'asks a tenant to name itself instead of "%s"',
    async (name) => {
      await using server = await start();

      await expect(server.tenants(tokenFor()).getTenant({ name })).rejects.toMatchObject({
        reason: 'INVALID_ARGUMENT',
        details: { violations: [{ field: 'name', description: 'must name a tenant, as "tenants/<id>"' }] },
      });
    },
  );

  it('lets the platform name any tenant', async () => {
    await using server = await start();

    await server.tenants(adminToken()).getTenant(acme);
    await server.tenants(adminToken()).listTenants({});

    expect(server.scopes).toEqual(['acme', undefined]);
  });

  it('refuses a tenant what is the platform’s', async () => {
    await using server = await start();

    await expect(server.tenants(tokenFor()).listTenants({})).rejects.toMatchObject({
      reason: 'PLATFORM_ONLY',
      metadata: { method: '/weir.registry.v1.TenantService/ListTenants' },
    });
  });

  it('refuses who lacks the permission, and names it', async () => {
    await using server = await start();

    await expect(server.tenants(tokenFor({ permissions: ['write'] })).getTenant(acme)).rejects.toMatchObject({
      reason: 'PERMISSION_MISSING',
      metadata: { permission: 'read' },
    });
  });

  it('lets the services call that the method names, for any tenant, whatever permissions they have', async () => {
    await using server = await start();

    await server.usage(serviceToken('agent')).acquireJobSlot({ tenant: 'tenants/acme' });

    expect(server.scopes).toEqual(['acme']);
  });

  it.each([
    ['another service', serviceToken('audit'), 'CALLER_NOT_ALLOWED'],
    ['a service with permissions', tokenFor({ subject: 'principals/audit', kind: 'service' }), 'CALLER_NOT_ALLOWED'],
    ['a user who calls itself agent', tokenFor({ subject: 'principals/agent' }), 'PERMISSION_MISSING'],
    ['an administrator', adminToken(), 'PERMISSION_MISSING'],
    ['a tenant', tokenFor(), 'PERMISSION_MISSING'],
    ['a user with a permission that no role grants', tokenFor({ permissions: ['service'] }), 'PERMISSION_MISSING'],
  ])('refuses %s what only named services may call', async (_, token, reason) => {
    await using server = await start();

    await expect(server.usage(token).acquireJobSlot({ tenant: 'tenants/acme' })).rejects.toMatchObject({ reason });
  });

  it('lets anyone call what is public, also with a token that is no good', async () => {
    await using server = await start();

    await server.tokens().getJwks({});
    await server.tokens().getJwks({}, { metadata: { authorization: 'Bearer nonsense' } });

    expect(server.scopes).toEqual([undefined, undefined]);
  });

  it('lets any tenant call what only takes a valid token', async () => {
    await using server = await start();

    await server.tokens(tokenFor({ permissions: [] })).introspectToken({});

    expect(server.scopes).toEqual(['acme']);
  });

  it('holds services to the callers of a method that takes any valid token, too', async () => {
    await using server = await start();

    await server.tokens(serviceToken('agent')).introspectToken({});
    await expect(server.tokens(serviceToken('agent')).revokeToken({ tenant: 'tenants/acme' })).rejects.toMatchObject({
      reason: 'CALLER_NOT_ALLOWED',
    });
  });

  it('does not send back a name that is far too long', async () => {
    await using server = await start();

    const error: unknown = await server
      .tenants(tokenFor())
      .getTenant({ name: `tenants/${'x'.repeat(1_000_000)}` })
      .catch((caught: unknown) => caught);

    expect(error).toMatchObject({ reason: 'FOREIGN_TENANT' });
    expect(String(error).length).toBeLessThan(1_000);
  });
});

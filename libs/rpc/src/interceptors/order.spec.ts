import { TenantServiceDefinition, type GetTenantResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { bind, type HandlersOf } from '../handler.ts';
import type { Verifier } from '../parts.ts';
import { adminToken, recordingJournal, startTestServer, tokenFor, type TestServer } from '../testing/index.ts';
import type { RpcSettings } from '../settings.ts';

const tenant = { name: 'tenants/acme' };
const answer = { tenant: undefined } as GetTenantResponse;

interface Setup {
  readonly handlers?: HandlersOf<typeof TenantServiceDefinition>;
  readonly settings?: Partial<RpcSettings>;
  readonly verifier?: Verifier;
  readonly token?: string | undefined;
}

async function start({ handlers = {}, settings = {}, verifier, token }: Setup = {}) {
  const journal = recordingJournal();
  const server = await startTestServer({
    bindings: [bind(TenantServiceDefinition, handlers)],
    journal,
    settings,
    ...(verifier && { verifier }),
  });
  return { ...server, journal, tenants: server.client(TenantServiceDefinition, token) };
}

/** How many calls ended with each code. */
async function counted({ metrics }: TestServer): Promise<Record<string, number>> {
  const lines = (await metrics.metrics()).matchAll(/^rpc_server_duration_seconds_count\{.*code="(\w+)".*\} (\d+)/gm);
  return Object.fromEntries([...lines].map(([, code = '', count]) => [code, Number(count)]));
}

describe('the order of interceptors', () => {
  it('counts, logs and audits a call that authentication refuses', async () => {
    await using server = await start({});

    await expect(server.tenants.getTenant(tenant)).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });

    expect(await counted(server)).toEqual({ UNAUTHENTICATED: 1 });
    expect(server.logs()).toContainEqual(expect.objectContaining({ msg: 'call', reason: 'TOKEN_MISSING' }));
    expect(server.journal.events).toMatchObject([{ reason: 'TOKEN_MISSING', subject: undefined }]);
  });

  it('asks for the token before it counts calls against a limit', async () => {
    const settings = { RATE_LIMIT_PER_MINUTE: 1 };
    await using server = await start({ settings });

    await expect(server.tenants.getTenant(tenant)).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });
    await expect(server.tenants.getTenant(tenant)).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });
  });

  it('counts a call against the limit before it looks at what is asked', async () => {
    await using server = await start({ settings: { RATE_LIMIT_PER_MINUTE: 1 }, token: tokenFor() });
    const foreign = { name: 'tenants/other' };

    await expect(server.tenants.getTenant(foreign)).rejects.toMatchObject({ reason: 'FOREIGN_TENANT' });
    await expect(server.tenants.getTenant(foreign)).rejects.toMatchObject({ reason: 'RATE_LIMITED' });
    expect(server.journal.events.map((event) => event.reason)).toEqual(['FOREIGN_TENANT', 'RATE_LIMITED']);
  });

  it('refuses a foreign tenant before it says what is wrong with the request', async () => {
    await using server = await start({ token: tokenFor() });

    await expect(server.tenants.getTenant({ name: 'tenants/other\0' })).rejects.toMatchObject({
      reason: 'FOREIGN_TENANT',
    });
    await expect(server.tenants.getTenant({ name: 'tenants/acme/\0' })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
    });
  });

  it('validates before a transaction is begun', async () => {
    await using server = await start({
      handlers: { createTenant: async () => ({ tenant: undefined }) },
      token: adminToken(),
    });

    await expect(server.tenants.createTenant({ requestId: 'no uuid' })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      details: { violations: [{ field: 'request_id', description: 'must be a UUID' }] },
    });
    expect(server.journal.commits).toBe(0);
  });

  it('leaves one event of a mutation, written with its transaction', async () => {
    await using server = await start({
      handlers: {
        createTenant: async (_, context) => {
          context.audit({ details: { tier: 'BASIC' } });
          return { tenant: undefined };
        },
      },
      token: adminToken(),
    });

    await server.tenants.createTenant({ tenantId: 'acme' });

    expect(server.journal.commits).toBe(1);
    expect(server.journal.events).toMatchObject([
      { subject: 'principals/admin', reason: undefined, fields: { details: { tier: 'BASIC' } } },
    ]);
  });

  it('leaves the event of a mutation that its handler refuses, and commits nothing', async () => {
    await using server = await start({
      handlers: { createTenant: () => Promise.reject(reason('ETAG_MISMATCH', { name: 'x', etag: 'y' })) },
      token: adminToken(),
    });

    await expect(server.tenants.createTenant({})).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });

    expect(server.journal.commits).toBe(0);
    expect(server.journal.events).toMatchObject([{ reason: 'ETAG_MISMATCH' }]);
  });

  it('leaves no event of a read that is served', async () => {
    await using server = await start({ handlers: { getTenant: async () => answer }, token: tokenFor() });

    await server.tenants.getTenant(tenant);

    expect(server.journal.events).toEqual([]);
    expect(await counted(server)).toEqual({ OK: 1 });
  });

  it('tells callers nothing of a failure that nobody foresaw, and the log everything', async () => {
    await using server = await start({
      handlers: { getTenant: () => Promise.reject(new Error('password is hunter2')) },
      token: tokenFor(),
    });

    const error: unknown = await server.tenants.getTenant(tenant).catch((caught: unknown) => caught);

    expect(error).toMatchObject({
      reason: 'INTERNAL',
      metadata: { correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
    expect(JSON.stringify(server.logs())).toContain('hunter2');
    expect(await counted(server)).toEqual({ INTERNAL: 1 });
  });

  it('never logs what a request holds', async () => {
    await using server = await start({
      handlers: { createTenant: () => Promise.reject(new Error('boom')) },
      token: adminToken(),
    });

    await server.tenants.createTenant({ tenant: { displayName: 'sensitive words' } }).catch(() => undefined);

    expect(JSON.stringify(server.logs())).not.toContain('sensitive words');
  });

  it('gives the request the time that a verifier takes to find a key', async () => {
    const principal = { subject: 'principals/admin', kind: 'user' as const, tenant: undefined, roles: [] };
    const rest = { permissions: new Set(['read']), tokenId: 't', issuedAt: 0, expiresAt: Infinity, actor: undefined };
    const verifier = { verify: () => Promise.resolve({ ...principal, ...rest }) };
    await using server = await start({ handlers: { getTenant: async () => answer }, verifier, token: 'any' });

    await expect(server.tenants.getTenant(tenant)).resolves.toEqual(answer);
  });
});

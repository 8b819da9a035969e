import { TenantServiceDefinition } from '@weir/contracts/registry';
import { TokenServiceDefinition } from '@weir/contracts/security';
import { WeirError } from '@weir/errors';
import { bind } from '../handler.ts';
import type { RpcSettings } from '../settings.ts';
import { serviceToken, startTestServer, tokenFor } from '../testing/index.ts';

const acme = { name: 'tenants/acme' };
const other = tokenFor({ subject: 'tenants/acme/principals/other' });

/** A server whose calls of GetTenant end when the test says so. */
async function start(settings: Partial<RpcSettings>) {
  const gate = Promise.withResolvers<void>();
  const state = { held: false, arrived: 0 };
  const server = await startTestServer({
    settings,
    bindings: [
      bind(TenantServiceDefinition, {
        async getTenant() {
          state.arrived += 1;
          if (state.held) await gate.promise;
          return { tenant: undefined };
        },
      }),
      bind(TokenServiceDefinition, { getJwks: async () => ({ keys: [], maxAge: undefined, etag: '' }) }),
    ],
  });
  return {
    ...server,
    state,
    release: () => gate.resolve(),
    call: (token: string) => server.client(TenantServiceDefinition, token).getTenant(acme),
    jwks: () => server.client(TokenServiceDefinition).getJwks({}),
  };
}

describe('limit', () => {
  it('refuses calls over the rate, and says how long to wait', async () => {
    await using server = await start({ RATE_LIMIT_PER_MINUTE: 2 });
    await server.call(tokenFor());
    await server.call(tokenFor());

    await expect(server.call(tokenFor())).rejects.toMatchObject({
      reason: 'RATE_LIMITED',
      metadata: { principal: 'tenants/acme/principals/tester', limit: '2' },
      details: {
        retryAfterMs: expect.any(Number),
        quota: [{ subject: 'tenants/acme/principals/tester', description: '2 calls per minute' }],
      },
    });
  });

  it('lets a caller in again after the time that it said', async () => {
    await using server = await start({ RATE_LIMIT_PER_MINUTE: 60 });
    const refusals: number[] = [];
    const tenants = server.client(TenantServiceDefinition, tokenFor());
    for (let calls = 0; calls < 1_000; calls += 1) {
      await tenants.getTenant(acme).catch((error: unknown) => {
        if (error instanceof WeirError) refusals.push(error.details.retryAfterMs ?? Infinity);
      });
      if (refusals.length > 0) break;
    }

    const [retryAfterMs = Infinity] = refusals;
    expect(retryAfterMs).toBeLessThanOrEqual(1_000);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    await tenants.getTenant(acme);
  });

  it('counts each principal by itself', async () => {
    await using server = await start({ RATE_LIMIT_PER_MINUTE: 1 });
    await server.call(tokenFor());

    await expect(server.call(tokenFor())).rejects.toMatchObject({ reason: 'RATE_LIMITED' });
    await server.call(other);
  });

  it('counts who calls without a token by address', async () => {
    await using server = await start({ RATE_LIMIT_PER_MINUTE: 1 });
    await server.jwks();

    await expect(server.jwks()).rejects.toMatchObject({ reason: 'RATE_LIMITED', metadata: { principal: '127.0.0.1' } });
  });

  it('does not count the calls of services, which call on behalf of others', async () => {
    await using server = await start({ RATE_LIMIT_PER_MINUTE: 1 });

    await server.call(serviceToken('agent'));
    await server.call(serviceToken('agent'));
  });

  it('bounds the calls in flight, and forgets those that have ended', async () => {
    await using server = await start({ MAX_IN_FLIGHT_PER_PRINCIPAL: 2 });
    server.state.held = true;
    const running = [server.call(tokenFor()), server.call(tokenFor())];
    while (server.state.arrived < 2) await new Promise(setImmediate);

    await expect(server.call(tokenFor())).rejects.toMatchObject({
      reason: 'TOO_MANY_IN_FLIGHT',
      details: { retryAfterMs: 100 },
    });
    const unhindered = server.call(other);
    server.release();
    await Promise.all([...running, unhindered]);

    await server.call(tokenFor());
  });

  it('bounds services in flight too', async () => {
    await using server = await start({ MAX_IN_FLIGHT_PER_PRINCIPAL: 1 });
    server.state.held = true;
    const running = server.call(serviceToken('agent'));
    while (server.state.arrived < 1) await new Promise(setImmediate);

    await expect(server.call(serviceToken('agent'))).rejects.toMatchObject({ reason: 'TOO_MANY_IN_FLIGHT' });
    server.release();
    await running;
  });
});

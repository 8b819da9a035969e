import { clientCredentials, createClient, openChannel } from '@weir/client';
import { TokenServiceDefinition, WatchRevocationsResponse } from '@weir/contracts/security';
import { bind } from '@weir/rpc';
import { startTestServer } from '@weir/rpc/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { remoteVerifier } from './remote-verifier.ts';
import { emptySnapshot, bookmark } from './testing/fake-token-service.ts';
import { refusal } from './testing/refusal.ts';
import { testIssuer, type TestIssuer } from './testing/test-issuer.ts';
import { until } from './testing/until.ts';

const settings = {
  TOKEN_ISSUER: 'weir',
  REVOCATIONS_STALE_AFTER: 60_000,
  TOKEN_CLOCK_SKEW: 5_000,
  TOKEN_CACHE_SIZE: 100,
};

/** The token service as far as verifiers need it, over the network, itself guarded by the issuer's verifier. */
function startSecurity(issuer: TestIssuer, watched: bigint[], port = 0) {
  const say = (message: object): WatchRevocationsResponse => WatchRevocationsResponse.fromPartial(message);
  return startTestServer({
    service: 'security',
    verifier: issuer.verifier,
    settings: { GRPC_LISTEN: { host: '127.0.0.1', port } },
    bindings: [
      bind(TokenServiceDefinition, {
        issueToken: async () => ({
          accessToken: issuer.service('registry'),
          tokenType: 'Bearer',
          expiresIn: { seconds: 3600n, nanos: 0 },
          claims: undefined,
        }),
        getJwks: async () => ({ keys: [issuer.jwk], maxAge: { seconds: 300n, nanos: 0 }, etag: 'one' }),
        async *watchRevocations({ revision }, { signal }) {
          watched.push(revision);
          if (revision === 0n) yield say(emptySnapshot(5n));
          for (;;) {
            yield say(bookmark(6n));
            await sleep(20, undefined, { signal });
          }
        },
      }),
    ],
  });
}

describe('a verifier over the network', () => {
  it('begins before security does, and survives its restart', async () => {
    const issuer = testIssuer({ audience: 'security' });
    const watched: bigint[] = [];
    const first = await startSecurity(issuer, watched);
    const { port } = first.server;
    await first[Symbol.asyncDispose]();
    await using stack = new AsyncDisposableStack();
    const address = `127.0.0.1:${port}`;
    const tokens = stack.use(
      clientCredentials({ security: address, clientId: 'principals/registry', clientSecret: 'hunter2' }),
    );
    const tokenService = createClient(TokenServiceDefinition, stack.use(openChannel({ address, tokens })));
    const parts = { audience: 'registry', settings, log: pino({ level: 'silent' }), metrics: new Registry() };
    const verifier = stack.use(remoteVerifier({ tokenService, ...parts }));
    const token = issuer.issue();
    expect(refusal({ verifier }, token)).toContain('KEYS_UNAVAILABLE');

    const second = await startSecurity(issuer, watched, port);
    await until(() => refusal({ verifier }, token) === 'accepted');
    await second[Symbol.asyncDispose]();
    expect(refusal({ verifier }, token)).toBe('accepted');
    await using third = await startSecurity(issuer, watched, port);
    await until(() => watched.length > 1);

    expect(third.server.port).toBe(port);
    expect(watched).toEqual([0n, 6n]);
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import { testIssuer } from '@weir/auth/testing';
import { TokenServiceDefinition, type JsonWebKey, type WatchRevocationsResponse } from '@weir/contracts/security';
import { bind, rpcSettings, serve } from '@weir/rpc';
import pino from 'pino';
import { Registry, type RegistryContentType } from 'prom-client';
import { z } from 'zod';

/** As much of the security service as the audit service needs to verify tokens: real ones, with a real key. */
export interface TokenServer extends AsyncDisposable {
  readonly port: number;
  /** A token of a service. */
  service(name: string): string;
  /** A token of an administrator. */
  admin(): string;
}

/** Starts it. */
export async function startTokenServer(): Promise<TokenServer> {
  const issuer = testIssuer({ audience: 'security' });
  const metrics = new Registry<RegistryContentType>();
  metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const long = { lifetimeMs: 24 * 3_600_000 };
  const service = (name: string): string =>
    issuer.issue({ subject: `principals/${name}`, kind: 'service', roles: ['service'], permissions: [], ...long });
  const server = await serve({
    service: 'security',
    settings: z.object(rpcSettings(0)).parse({ GRPC_LISTEN: '127.0.0.1:0' }),
    bindings: [bindingOf(issuer.jwk, service)],
    verifier: issuer.verifier,
    journal: { transaction: (_call, run) => run(), record: () => Promise.resolve() },
    checks: {},
    log: pino({ level: 'silent' }),
    metrics: metrics as Registry,
  });
  return {
    port: server.port,
    service,
    admin: () => issuer.issue({ subject: 'principals/admin', roles: ['platform_admin'], ...long }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

type Message = NonNullable<WatchRevocationsResponse['event']>;

const toMessage = (event: Message): WatchRevocationsResponse => ({ revision: 1n, event });

const bindingOf = (jwk: JsonWebKey, service: (name: string) => string) =>
  bind(TokenServiceDefinition, {
    getJwks: async () => ({ keys: [jwk], maxAge: { seconds: 300n, nanos: 0 }, etag: 'one' }),
    issueToken: async () => ({
      accessToken: service('audit'),
      tokenType: 'Bearer',
      expiresIn: { seconds: 28_800n, nanos: 0 },
      claims: undefined,
    }),
    async *watchRevocations(_request, { signal }) {
      yield toMessage({ $case: 'snapshot', value: { revocations: [], complete: true } });
      for (; !signal.aborted; await pause(signal)) {
        yield toMessage({ $case: 'bookmark', value: { jwksEtag: 'one', sentAt: new Date() } });
      }
    },
  });

const pause = (signal: AbortSignal): Promise<unknown> =>
  wait(5_000, undefined, { signal, ref: false }).catch(() => undefined);

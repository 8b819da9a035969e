import { createClient, openChannel, type ChannelOptions, type Client } from '@weir/client';
import type { ServiceDefinition } from '@weir/contracts';
import { pino } from 'pino';
import { Registry, type RegistryContentType } from 'prom-client';
import { z } from 'zod';
import type { Binding } from '../handler.ts';
import type { Journal, Verifier } from '../parts.ts';
import type { ReadinessChecks } from '../server/health.ts';
import { serve, type RunningServer } from '../server/serve.ts';
import { rpcSettings, type RpcSettings } from '../settings.ts';
import { recordingJournal } from './recording-journal.ts';
import { testVerifier } from './test-verifier.ts';

/** What a test serves; everything else has a default. */
export interface TestServerOptions {
  readonly bindings: readonly Binding[];
  /** Believes tokens of `tokenFor` unless given. */
  readonly verifier?: Verifier;
  /** A recording one unless given. */
  readonly journal?: Journal;
  readonly settings?: Partial<RpcSettings>;
  readonly checks?: ReadinessChecks;
  /** "registry" unless given. */
  readonly service?: string;
}

/** A server on loopback, with the interceptors of every server. */
export interface TestServer extends AsyncDisposable {
  readonly server: RunningServer;
  /** "127.0.0.1:41234" */
  readonly address: string;
  readonly metrics: Registry;
  /** What it logged so far. */
  logs(): Record<string, unknown>[];
  /** A client that calls with this token, or without one. It is closed with the server. */
  client<S extends ServiceDefinition>(definition: S, token?: string, options?: Partial<ChannelOptions>): Client<S>;
}

/** Starts a server on a port of its own. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  await using starting = new AsyncDisposableStack();
  const written: string[] = [];
  const metrics = openMetrics();
  const server = starting.use(
    await serve({
      service: options.service ?? 'registry',
      settings: { ...z.object(rpcSettings(0)).parse({}), ...options.settings },
      bindings: options.bindings,
      verifier: options.verifier ?? testVerifier,
      journal: options.journal ?? recordingJournal(),
      checks: options.checks ?? {},
      log: pino({ level: 'debug' }, { write: (line: string) => void written.push(line) }),
      metrics,
    }),
  );
  const stack = starting.move();
  const address = `127.0.0.1:${server.port}`;
  return {
    server,
    address,
    metrics,
    logs: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    client(definition, token, channelOptions = {}) {
      const tokens = token === undefined ? {} : { tokens: { token: () => token, refused: () => undefined } };
      const channel = openChannel({ address, ...tokens, ...channelOptions });
      stack.use(channel);
      return createClient(definition, channel);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

// The only format with exemplars, which the server's metrics carry.
function openMetrics(): Registry {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as Registry;
}

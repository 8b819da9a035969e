import { getChannelzHandlers, getChannelzServiceDefinition, Server } from '@grpc/grpc-js';
import { formatAddress } from '@weir/config';
import { Effect } from '@weir/contracts/options';
import { reason } from '@weir/errors';
import type { Call } from '../call.ts';
import type { Binding } from '../handler.ts';
import { interceptors } from '../interceptors/index.ts';
import type { ServerParts } from '../parts.ts';
import { adapt } from './adapter.ts';
import { serverCredentials } from './credentials.ts';
import { serveHealth, type ReadinessChecks } from './health.ts';
import { addReflection } from './reflection.ts';
import { joinRepeatedTokens } from './repeated-tokens.ts';
import { watchWire } from './wire.ts';

/** What a server serves, and what must be ready before it says so. */
export interface ServeOptions extends ServerParts {
  readonly bindings: readonly Binding[];
  readonly checks: ReadinessChecks;
}

/** A server that listens. Disposing drains it: NOT_SERVING, calls in flight end, what is left is cut after the grace. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts a gRPC server with the bindings, and health, reflection (v1, v1alpha) and channelz beside them. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { settings, bindings, checks, log, metrics } = options;
  const services = bindings.map(({ definition }) => definition.fullName);
  const server = new Server(channelOptions(options));
  const streaming = new Set<Call>();
  for (const binding of bindings) {
    const { definition, implementation } = adapt(binding, interceptors, options, streaming);
    server.addService(definition, implementation);
  }
  addReflection(server, services);
  server.addService(getChannelzServiceDefinition(), getChannelzHandlers());
  const health = serveHealth(server, services, checks, log);

  const port = await listen(server, options);
  const wire = watchWire(metrics, log, port);
  const tokens = joinRepeatedTokens();
  log.info({ address: formatAddress({ ...settings.GRPC_LISTEN, port }), services }, 'listening');
  return {
    port,
    async [Symbol.asyncDispose]() {
      health.drain();
      endWatches(streaming);
      await drain(server, settings.DRAIN_GRACE);
      wire[Symbol.dispose]();
      tokens[Symbol.dispose]();
      log.info('stopped');
    },
  };
}

const channelOptions = ({ settings }: ServeOptions) => ({
  'grpc.max_receive_message_length': settings.MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': -1,
  'grpc.max_connection_age_ms': settings.MAX_CONNECTION_AGE,
  'grpc.max_connection_age_grace_ms': settings.DRAIN_GRACE,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
});

function listen(server: Server, { settings }: ServeOptions): Promise<number> {
  const address = formatAddress(settings.GRPC_LISTEN);
  const credentials = serverCredentials(settings);
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (!error) return resolve(port);
      reject(new Error(`cannot listen on ${address} (GRPC_LISTEN): ${error.message}`, { cause: error }));
    });
  });
}

/** Streams that only tell what happens would never end by themselves: their callers resume them elsewhere. */
function endWatches(streaming: ReadonlySet<Call>): void {
  for (const call of streaming) {
    if (call.info.rule.effect === Effect.READ) call.abort(reason('SHUTTING_DOWN', {}, { retryAfterMs: 200 }));
  }
}

/**
 * Lets calls in flight end, and cuts what is left after `graceMs`. A peer that does not answer can hold up `tryShutdown`
 * for ever, even after all was cut, so that is not waited for.
 */
async function drain(server: Server, graceMs: number): Promise<void> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    server.forceShutdown();
    // What was cut learns of it in the next turns.
    setTimeout(resolve, AFTERMATH_MS);
  }, graceMs);
  server.tryShutdown(() => resolve());
  await done;
  clearTimeout(timer);
}

const AFTERMATH_MS = 50;

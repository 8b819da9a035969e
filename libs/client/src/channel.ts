import { Client, connectivityState } from '@grpc/grpc-js';
import type { Address } from '@weir/config';
import { channelCredentials } from './credentials.ts';
import { serviceConfig } from './service-config.ts';
import type { TlsClientSettings } from './settings.ts';
import { targetOf } from './target.ts';
import type { TokenSource } from './token-source.ts';

/** How to reach a service. */
export interface ChannelOptions {
  /** "127.0.0.1:7001", or a name that may resolve to several addresses. */
  readonly address: string | Address;
  /** TLS is on when it has a TLS_CA_FILE. */
  readonly tls?: Partial<TlsClientSettings>;
  /** Where calls get their bearer tokens from. */
  readonly tokens?: TokenSource;
  /** Names of unary methods that read ("GetTenant"): when slow, they are asked again and the faster answer counts. */
  readonly hedge?: readonly string[];
  /** Largest answer that is accepted; 4 MiB. */
  readonly maxMessageBytes?: number;
}

/** The connections to one service, shared by its clients. */
export interface Channel extends AsyncDisposable {
  /** What it was opened with, for messages. */
  readonly target: string;
  readonly tokens: TokenSource | undefined;
  readonly wire: Client;
  /** Why the service cannot be called now; undefined when it can. Connects if nobody has yet. */
  ready(): string | undefined;
}

/** Opens a channel. It connects by itself, again and again; disposing it ends its calls with CANCELLED. */
export function openChannel(options: ChannelOptions): Channel {
  const target = targetOf(options.address);
  const wire = new Client(target, channelCredentials(target, options.tls ?? {}), {
    ...CHANNEL,
    'grpc.service_config': JSON.stringify(serviceConfig(options.hedge)),
    'grpc.max_receive_message_length': options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
  });
  return {
    target,
    wire,
    tokens: options.tokens,
    ready: () =>
      wire.getChannel().getConnectivityState(true) === connectivityState.READY
        ? undefined
        : `no connection to ${target}`,
    async [Symbol.asyncDispose]() {
      wire.close();
    },
  };
}

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const CHANNEL = {
  'grpc.service_config_disable_resolution': 1,
  'grpc.max_send_message_length': -1,
  // Finds dead peers, also between calls: a stream that only listens would never learn of them.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 1,
  // The mesh is near: a restarted service is found within a second or so, not within two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.dns_min_time_between_resolutions_ms': 5_000,
  // A proxy for the web is none for the mesh.
  'grpc.enable_http_proxy': 0,
};

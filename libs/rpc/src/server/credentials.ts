import { experimental, ServerCredentials } from '@grpc/grpc-js';
import { formatAddress, isLoopback, type Address } from '@weir/config';
import type { RpcSettings } from '../settings.ts';

const RELOAD_MS = 10_000;

/**
 * What the server listens with. TLS as soon as a certificate is configured, mutual TLS with a client CA; the files are
 * read again while it runs, so a renewed certificate needs no restart. Without TLS only loopback is served.
 */
export function serverCredentials(settings: RpcSettings): ServerCredentials {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE, GRPC_LISTEN } = settings;
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) {
    refuseOpenPort(GRPC_LISTEN);
    return ServerCredentials.createInsecure();
  }
  const identity = new experimental.FileWatcherCertificateProvider({
    certificateFile: TLS_CERT_FILE,
    privateKeyFile: TLS_KEY_FILE,
    ...(TLS_CLIENT_CA_FILE !== undefined && { caCertificateFile: TLS_CLIENT_CA_FILE }),
    refreshIntervalMs: RELOAD_MS,
  });
  const clients = TLS_CLIENT_CA_FILE === undefined ? null : identity;
  return experimental.createCertificateProviderServerCredentials(identity, clients, clients !== null);
}

function refuseOpenPort(listen: Address): void {
  if (isLoopback(listen)) return;
  throw new Error(
    `GRPC_LISTEN is ${formatAddress(listen)}, which is not loopback, and TLS is not configured: tokens would cross the ` +
      'network in clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or listen on 127.0.0.1.',
  );
}

import { credentials, experimental, type ChannelCredentials } from '@grpc/grpc-js';
import type { TlsClientSettings } from './settings.ts';
import { isLocal } from './target.ts';

const RELOAD_MS = 10_000;

/**
 * What a channel connects with: TLS as soon as a CA is configured, mutual TLS with a certificate of our own. The files
 * are read again while it runs. Without TLS only this machine is called: a token would cross the network in clear.
 */
export function channelCredentials(target: string, tls: Partial<TlsClientSettings>): ChannelCredentials {
  const { TLS_CA_FILE, TLS_CLIENT_CERT_FILE, TLS_CLIENT_KEY_FILE, TLS_RELOAD_INTERVAL = RELOAD_MS } = tls;
  if (TLS_CA_FILE === undefined) {
    if (isLocal(target)) return credentials.createInsecure();
    throw new Error(
      `${target} is not on this machine, and TLS is not configured: tokens would cross the network in clear. ` +
        'Set TLS_CA_FILE.',
    );
  }
  const refreshIntervalMs = TLS_RELOAD_INTERVAL;
  const ca = new experimental.FileWatcherCertificateProvider({ caCertificateFile: TLS_CA_FILE, refreshIntervalMs });
  if (TLS_CLIENT_CERT_FILE === undefined && TLS_CLIENT_KEY_FILE === undefined) {
    return experimental.createCertificateProviderChannelCredentials(ca, null);
  }
  const identity = new experimental.FileWatcherCertificateProvider({
    certificateFile: TLS_CLIENT_CERT_FILE,
    privateKeyFile: TLS_CLIENT_KEY_FILE,
    refreshIntervalMs,
  });
  return experimental.createCertificateProviderChannelCredentials(ca, identity);
}

import { experimental, ServerCredentials } from '@grpc/grpc-js';
import { formatAddress, isLoopback, type Address } from '@weir/config';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { RpcSettings } from '../settings.ts';

/**
 * What the server listens with. TLS as soon as a certificate is configured, mutual TLS with a client CA; the files are
 * read again while it runs, so a renewed certificate needs no restart. Without TLS only loopback is served. Throws when
 * the settings are only half of what TLS needs, rather than to serve without it.
 */
export function serverCredentials(settings: RpcSettings): ServerCredentials {
  const files = tlsFiles(settings);
  if (!files) {
    refuseOpenPort(settings.GRPC_LISTEN);
    return ServerCredentials.createInsecure();
  }
  tryOut(files);
  const identity = new experimental.FileWatcherCertificateProvider({
    certificateFile: files.TLS_CERT_FILE,
    privateKeyFile: files.TLS_KEY_FILE,
    caCertificateFile: files.TLS_CLIENT_CA_FILE,
    refreshIntervalMs: settings.TLS_RELOAD_INTERVAL,
  });
  const clients = files.TLS_CLIENT_CA_FILE === undefined ? null : identity;
  return experimental.createCertificateProviderServerCredentials(identity, clients, clients !== null);
}

interface TlsFiles {
  readonly TLS_CERT_FILE: string;
  readonly TLS_KEY_FILE: string;
  readonly TLS_CLIENT_CA_FILE: string | undefined;
}

function tlsFiles({ TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE }: RpcSettings): TlsFiles | undefined {
  if (TLS_CERT_FILE !== undefined && TLS_KEY_FILE !== undefined) {
    return { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE };
  }
  const given = Object.entries({ TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE }).find(
    ([, file]) => file !== undefined,
  );
  if (!given) return undefined;
  const missing = TLS_CERT_FILE === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE';
  throw new Error(`${given[0]} is set and ${missing} is not: TLS needs both TLS_CERT_FILE and TLS_KEY_FILE.`);
}

// A server that starts with files it cannot use would refuse every connection, and say nothing.
function tryOut({ TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE }: TlsFiles): void {
  const cert = read('TLS_CERT_FILE', TLS_CERT_FILE);
  const key = read('TLS_KEY_FILE', TLS_KEY_FILE);
  const ca = TLS_CLIENT_CA_FILE === undefined ? undefined : read('TLS_CLIENT_CA_FILE', TLS_CLIENT_CA_FILE);
  try {
    createSecureContext({ cert, key, ca });
  } catch (cause) {
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE do not fit together, or are no PEM files', { cause });
  }
}

function read(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${setting} cannot be read: ${file}`, { cause });
  }
}

function refuseOpenPort(listen: Address): void {
  if (isLoopback(listen)) return;
  throw new Error(
    `GRPC_LISTEN is ${formatAddress(listen)}, which is not loopback, and TLS is not configured: tokens would cross the ` +
      'network in clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or listen on 127.0.0.1.',
  );
}

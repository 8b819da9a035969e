import { address, bytes, duration, integer } from '@weir/config';
import { z } from 'zod';

/** The settings of every gRPC server; `port` is where it listens on loopback unless told otherwise. */
export const rpcSettings = (port: number) => ({
  GRPC_LISTEN: address()
    .default({ host: '127.0.0.1', port })
    .describe('Address that the gRPC server listens on; loopback unless TLS is configured.'),
  TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of the certificate chain; with TLS_KEY_FILE it turns TLS on. Read again when it changes.'),
  TLS_KEY_FILE: z.string().optional().describe('PEM file of the private key of TLS_CERT_FILE.'),
  TLS_CLIENT_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of the CA that client certificates must come from; turns mutual TLS on.'),
  TLS_RELOAD_INTERVAL: duration().default(10_000).describe('How often the files of certificates are read again.'),
  RATE_LIMIT_PER_MINUTE: integer({ min: 1 }).default(1000).describe('Calls that one principal may make in a minute.'),
  MAX_IN_FLIGHT_PER_PRINCIPAL: integer({ min: 1 }).default(200).describe('Calls of one principal at the same time.'),
  MAX_MESSAGE_BYTES: bytes()
    .default(4 * 1024 * 1024)
    .describe('Largest message that is accepted.'),
  MAX_CONNECTION_AGE: duration()
    .default(30 * 60_000)
    .describe('After this time a connection is closed gracefully, so that clients balance anew.'),
  DRAIN_GRACE: duration().default(10_000).describe('How long calls in flight may take to end when the service stops.'),
});

/** What `rpcSettings` parse to. */
export type RpcSettings = z.output<z.ZodObject<ReturnType<typeof rpcSettings>>>;

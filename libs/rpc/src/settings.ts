import { bytes, duration } from '@weir/config';
import { z } from 'zod';

/** The settings of every gRPC server. */
export const rpcSettings = {
  GRPC_LISTEN: z.string().describe('Address that the gRPC server listens on; loopback unless TLS is configured.'),
  TLS_CERT_FILE: z.string().optional().describe('PEM file of the certificate chain; with TLS_KEY_FILE it turns TLS on.'),
  TLS_KEY_FILE: z.string().optional().describe('PEM file of the private key.'),
  TLS_CLIENT_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of the CA that client certificates must come from; turns mutual TLS on.'),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe('Calls that one principal may make in a minute.'),
  MAX_IN_FLIGHT_PER_PRINCIPAL: z.coerce
    .number()
    .int()
    .min(1)
    .default(200)
    .describe('Calls of one principal at the same time.'),
  MAX_MESSAGE_BYTES: bytes().default(4 * 1024 * 1024).describe('Largest message that is accepted.'),
  MAX_CONNECTION_AGE: duration()
    .default(30 * 60_000)
    .describe('After this time a connection is closed gracefully, so that clients balance anew.'),
  DRAIN_GRACE: duration().default(10_000).describe('How long calls in flight may take to end when the service stops.'),
};

/** What `rpcSettings` parse to. */
export type RpcSettings = z.output<z.ZodObject<typeof rpcSettings>>;

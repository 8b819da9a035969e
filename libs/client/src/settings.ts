import { address, duration, type Address } from '@weir/config';
import { z } from 'zod';

const PORTS = { registry: 7001, security: 7002, audit: 7003, agent: 7004, deployment: 7005 } as const;

/** The name of one of the services. */
export type ServiceName = keyof typeof PORTS;

const addressOf = (service: ServiceName) =>
  address()
    .default({ host: '127.0.0.1', port: PORTS[service] })
    .describe(`Where the ${service} service is reached; a name may resolve to several addresses.`);

type AddressSetting<S extends ServiceName> = Record<`${Uppercase<S>}_ADDRESS`, ReturnType<typeof addressOf>>;

/** The setting that says where a service is reached: addressSetting('registry') is { REGISTRY_ADDRESS }. */
export const addressSetting = <S extends ServiceName>(service: S): AddressSetting<S> =>
  ({ [`${service.toUpperCase()}_ADDRESS`]: addressOf(service) }) as AddressSetting<S>;

/** The settings of a program that calls as a service: identitySettings('agent'). */
export const identitySettings = (service: ServiceName) => ({
  CLIENT_ID: z
    .string()
    .default(`principals/${service}`)
    .describe('The principal that calls to other services are made as.'),
  CLIENT_SECRET_FILE: z
    .string()
    .describe('File with the client secret of CLIENT_ID; read again whenever a token is asked for.'),
});

/** The settings of TLS towards other services. */
export const tlsClientSettings = {
  TLS_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of the CA that the certificates of other services come from; turns TLS on for calls to them.'),
  TLS_CLIENT_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of the certificate chain that this service shows to others, for mutual TLS.'),
  TLS_CLIENT_KEY_FILE: z.string().optional().describe('PEM file of the private key of TLS_CLIENT_CERT_FILE.'),
  TLS_RELOAD_INTERVAL: duration().default(10_000).describe('How often the files of certificates are read again.'),
};

/** What `tlsClientSettings` parse to. */
export type TlsClientSettings = z.output<z.ZodObject<typeof tlsClientSettings>>;

/** Every setting of a client that calls all services; a service takes the parts that it needs. */
export const clientSettings = (service: ServiceName) => ({
  ...addressSetting('registry'),
  ...addressSetting('security'),
  ...addressSetting('audit'),
  ...addressSetting('agent'),
  ...addressSetting('deployment'),
  ...identitySettings(service),
  ...tlsClientSettings,
});

export type { Address };

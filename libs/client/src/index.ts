export { backoff, type Backoff } from './backoff.ts';
export { openChannel, type Channel, type ChannelOptions } from './channel.ts';
export { clientCredentials, secretInFile, type ClientCredentials } from './client-credentials.ts';
export { createClient, type Client, type MethodOf } from './client.ts';
export type { CallOptions } from './frame.ts';
export { logVerdict, type LogVerdict } from './log-verdict.ts';
export { RemoteError } from './remote-error.ts';
export {
  addressSetting,
  clientSettings,
  identitySettings,
  tlsClientSettings,
  type ServiceName,
  type TlsClientSettings,
} from './settings.ts';
export { fixedToken, type TokenSource } from './token-source.ts';

export type { Call, EventSource } from './call.ts';
export { bind, type Bidi, type Binding, type ClientStream, type ServerStream, type Unary } from './handler.ts';
export { parse } from './parse.ts';
export type { Journal, ServerParts, Verifier } from './parts.ts';
export { run } from './run.ts';
export type { ReadinessCheck, ReadinessChecks } from './server/health.ts';
export { serve, type RunningServer, type ServeOptions } from './server/serve.ts';
export { rpcSettings, type RpcSettings } from './settings.ts';
export {
  childName,
  componentName,
  enumValue,
  idIn,
  pageSize,
  resourceId,
  semver,
  tenantName,
  text,
  versionName,
} from './validation/fields.ts';
export { decodePageToken, encodePageToken } from './validation/pages.ts';

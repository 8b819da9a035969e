export { currentCall, runInCall, type AuditFields, type SealedFields, type CallContext } from './call.ts';
export type { Principal, PrincipalKind } from './principal.ts';
export { platformScope, tenantScope, type Scope } from './scope.ts';

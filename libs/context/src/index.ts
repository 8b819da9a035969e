export {
  currentCall,
  runInCall,
  type AuditFields,
  type SealedFields,
  type CallContext,
  type TakenEvent,
} from './call.ts';
export type { Principal, PrincipalKind } from './principal.ts';
export { platformScope, tenantScope, type Scope } from './scope.ts';

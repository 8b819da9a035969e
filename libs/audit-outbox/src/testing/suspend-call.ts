import { platformScope } from '@weir/context';
import { methodRules } from '@weir/contracts';
import { TenantServiceDefinition, SuspendTenantRequest } from '@weir/contracts/registry';
import type { Call } from '@weir/rpc';

const PATH = '/weir.registry.v1.TenantService/SuspendTenant';

/** A call of SuspendTenant as it reaches the journal: an audited mutation with a request_id. */
export function suspendCall(request: Partial<SuspendTenantRequest> = {}): Call {
  const info = methodRules().get(PATH);
  if (!info) throw new Error(`${PATH} is gone: choose another audited mutation`);
  const call: Call = {
    info,
    types: TenantServiceDefinition.methods.suspendTenant,
    method: PATH,
    request: SuspendTenantRequest.fromPartial({ name: 'tenants/acme', reason: 'unpaid', ...request }),
    messages: undefined,
    principal: undefined,
    scope: platformScope(),
    deadline: Date.now() + 30_000,
    signal: new AbortController().signal,
    traceId: 'a'.repeat(32),
    sampled: false,
    peer: '127.0.0.1:1',
    startedAt: performance.now(),
    auditFields: {},
    header: () => undefined,
    audit: (fields) => void Object.assign(call.auditFields, fields),
    abort: () => undefined,
    eventSource: undefined,
    eventTaken: false,
    takeEvent: () => undefined,
    takeSealedEvent: () => Promise.resolve(undefined),
    afterCommit: (then) => then(),
    committed: () => undefined,
    beginAttempt: () => undefined,
    atEnd: () => undefined,
  };
  return call;
}

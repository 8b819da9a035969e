import { platformScope, tenantScope, type Principal, type Scope } from '@weir/context';
import type { MethodInfo } from '@weir/contracts';
import { Permission, permissionToJSON, TenantScope } from '@weir/contracts/options';
import { invalid, reason } from '@weir/errors';
import type { Call } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';
import { fieldReader } from '../validation/field-reader.ts';

/** Applies the rule that the method declares: permission, callers and tenant. Decides the scope of everything below. */
export const authorize: Interceptor = (method) => {
  const check = permissionCheck(method);
  const scopeOf = scopeReader(method);

  return (call, next) => {
    if (call.principal) check(call.principal);
    call.scope = scopeOf(call);
    return next(call);
  };
};

function permissionCheck({ rule, path }: MethodInfo): (principal: Principal) => void {
  if (rule.permission === Permission.PUBLIC) return () => undefined;
  const takesAnyone = rule.permission === Permission.AUTHENTICATED;
  const isForServices = rule.permission === Permission.SERVICE;
  const permission = permissionToJSON(rule.permission).replace('PERMISSION_', '').toLowerCase();
  const callers = new Set(rule.callers.map((caller) => `principals/${caller}`));

  return ({ kind, subject, permissions }) => {
    if (kind === 'service') {
      if (!callers.has(subject)) throw reason('CALLER_NOT_ALLOWED', { principal: subject, method: path });
    } else if (isForServices || !(takesAnyone || permissions.has(permission))) {
      throw reason('PERMISSION_MISSING', { method: path, permission, principal: subject });
    }
  };
}

function scopeReader(method: MethodInfo): (call: Call) => Scope {
  const { rule } = method;
  switch (rule.tenantScope) {
    case TenantScope.TOKEN:
      return ({ principal }) => (principal?.tenant === undefined ? platformScope() : tenantScope(principal.tenant));
    case TenantScope.FIELD:
      return fieldScope(rule.tenantField);
    default:
      return platformOnly(method);
  }
}

function platformOnly({ rule, path }: MethodInfo): (call: Call) => Scope {
  const open = rule.permission === Permission.PUBLIC || rule.permission === Permission.AUTHENTICATED;
  return ({ principal }) => {
    if (!open && principal?.tenant !== undefined) {
      throw reason('PLATFORM_ONLY', { method: path, principal: principal.subject });
    }
    return platformScope();
  };
}

// Only the platform may name any tenant; what is below "tenants/<id>" is the handler's business.
const TENANT = /^tenants\/([^/]+)(?:\/|$)/;

// "tenants/-" is every tenant (https://google.aip.dev/159); what is no id, the handler refuses with all else it finds.
const isOne = (tenant: string | undefined): tenant is string =>
  tenant !== undefined && /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/.test(tenant);

function fieldScope(field: string): (call: Call) => Scope {
  const read = fieldReader(field);

  return ({ request, principal }) => {
    const value = read(request);
    const tenant = TENANT.exec(value)?.[1];
    if (principal?.tenant === undefined) return isOne(tenant) ? tenantScope(tenant) : platformScope();
    if (tenant === undefined) throw invalid([{ field, description: 'must name a tenant, as "tenants/<id>"' }]);
    if (tenant !== principal.tenant) {
      throw reason('FOREIGN_TENANT', { principal: principal.subject, tenant: `tenants/${tenant}` });
    }
    return tenantScope(tenant);
  };
}

import { readFileSync } from 'node:fs';
import { createClient, clientCredentials, fixedToken, openChannel, type Client, type TokenSource } from '@weir/client';
import { AgentServiceDefinition, DatasetServiceDefinition } from '@weir/contracts/agent';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import { DeploymentServiceDefinition } from '@weir/contracts/deployment';
import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import {
  AccessServiceDefinition,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  PrincipalServiceDefinition,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import type { ServiceName } from '@weir/mesh';

/** Typed clients of every service, for one identity. */
export interface Session extends AsyncDisposable {
  readonly tenants: Client<typeof TenantServiceDefinition>;
  readonly components: Client<typeof ComponentServiceDefinition>;
  readonly usage: Client<typeof UsageServiceDefinition>;
  readonly principals: Client<typeof PrincipalServiceDefinition>;
  readonly access: Client<typeof AccessServiceDefinition>;
  readonly crypto: Client<typeof CryptoServiceDefinition>;
  readonly tokens: Client<typeof TokenServiceDefinition>;
  readonly compliance: Client<typeof ComplianceServiceDefinition>;
  readonly audit: Client<typeof AuditServiceDefinition>;
  readonly agent: Client<typeof AgentServiceDefinition>;
  readonly datasets: Client<typeof DatasetServiceDefinition>;
  readonly deployments: Client<typeof DeploymentServiceDefinition>;
}

/** Where each service is reached. */
export type Addresses = Readonly<Record<ServiceName, string>>;

/** Opens clients to a mesh; calls carry tokens from `source`, or none. */
export function openSession(addresses: Addresses, source: TokenSource | undefined): Session {
  const stack = new AsyncDisposableStack();
  const channel = (service: ServiceName) =>
    stack.use(openChannel({ address: addresses[service], ...(source && { tokens: source }) }));
  const registry = channel('registry');
  const security = channel('security');
  const agent = channel('agent');
  return {
    tenants: createClient(TenantServiceDefinition, registry),
    components: createClient(ComponentServiceDefinition, registry),
    usage: createClient(UsageServiceDefinition, registry),
    principals: createClient(PrincipalServiceDefinition, security),
    access: createClient(AccessServiceDefinition, security),
    crypto: createClient(CryptoServiceDefinition, security),
    tokens: createClient(TokenServiceDefinition, security),
    compliance: createClient(ComplianceServiceDefinition, security),
    audit: createClient(AuditServiceDefinition, channel('audit')),
    agent: createClient(AgentServiceDefinition, agent),
    datasets: createClient(DatasetServiceDefinition, agent),
    deployments: createClient(DeploymentServiceDefinition, channel('deployment')),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Tokens for a principal by its client secret. */
export const secretTokens = (addresses: Addresses, clientId: string, clientSecret: string): TokenSource =>
  clientCredentials({ security: addresses.security, clientId, clientSecret });

/** Tokens for the platform administrator, by the secret that security wrote on first boot. */
export const adminTokens = (addresses: Addresses, secretFile: string): TokenSource =>
  secretTokens(addresses, 'principals/admin', readFileSync(secretFile, 'utf8').trim());

export { fixedToken };

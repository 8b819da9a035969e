import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientCredentials, createClient, openChannel, type Client } from '@weir/client';
import type { ServiceDefinition } from '@weir/contracts';
import { Clearance, Environment, TenantServiceDefinition, Tier } from '@weir/contracts/registry';
import { PrincipalKind, PrincipalServiceDefinition, type Role } from '@weir/contracts/security';
import { removeEmbeddedData } from '@weir/database/embedded';
import { freePorts, startMesh, stateDir, type ServiceName } from '@weir/mesh';
import type { BenchOptions, BenchResult } from '../bench.ts';

/** A principal of a bench, and what it proves itself with. */
export interface BenchPrincipal {
  /** "tenants/bench/principals/one" */
  readonly name: string;
  readonly secret: string;
}

/** The five services, as processes of their own on a database of their own, and an administrator of them. */
export interface SecurityTarget extends AsyncDisposable {
  /** Where the security service listens on loopback. */
  readonly port: number;
  /** "tenants/bench" */
  readonly tenant: string;
  address(service: ServiceName): string;
  /** Where the security service keeps its state. */
  readonly databaseUrl: string;
  /** A client that calls as the administrator. */
  client<S extends ServiceDefinition>(definition: S): Client<S>;
  adminToken(): Promise<string>;
  /** A new principal of the tenant. */
  enroll(id: string, roles: readonly Role[]): Promise<BenchPrincipal>;
}

/** One part of the bench: it measures against the running services and answers with its figures. */
export type SecurityPart = (target: SecurityTarget, options: BenchOptions) => Promise<readonly BenchResult[]>;

const TENANT = 'bench';

/** Starts the services; nothing of them is left once they are disposed. */
export async function startTarget(): Promise<SecurityTarget> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const state = stateDir(folder);
  stack.defer(() => removeEmbeddedData(state.postgres));
  const env = { RATE_LIMIT_PER_MINUTE: '100000000', MAX_IN_FLIGHT_PER_PRINCIPAL: '10000', LOG_LEVEL: 'warn' };
  const mesh = stack.use(await startMesh({ state, ports: await freePorts(), env }));

  const admin = clientCredentials({
    security: mesh.address('security'),
    clientId: 'principals/admin',
    clientSecret: readFileSync(state.adminSecret, 'utf8').trim(),
  });
  const channels = stack.use(new AsyncDisposableStack());
  const client = <S extends ServiceDefinition>(definition: S): Client<S> => {
    const service = definition.fullName.split('.')[1] as ServiceName;
    return createClient(definition, channels.use(openChannel({ address: mesh.address(service), tokens: admin })));
  };
  await createTenant(client(TenantServiceDefinition));
  const principals = client(PrincipalServiceDefinition);
  const opened = stack.move();

  return {
    port: mesh.ports.security.grpc,
    tenant: `tenants/${TENANT}`,
    address: (service) => mesh.address(service),
    databaseUrl: mesh.databaseUrl('security'),
    client,
    adminToken: async () => admin.token(),
    enroll: (id, roles) => enroll(principals, id, roles),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const createTenant = (tenants: Client<typeof TenantServiceDefinition>): Promise<unknown> =>
  tenants.createTenant({
    tenantId: TENANT,
    tenant: {
      displayName: 'Bench',
      tier: Tier.ENTERPRISE,
      allowedEnvironments: [Environment.PRODUCTION],
      clearanceCeiling: Clearance.RESTRICTED,
    },
  });

async function enroll(
  principals: Client<typeof PrincipalServiceDefinition>,
  id: string,
  roles: readonly Role[],
): Promise<BenchPrincipal> {
  const { principal } = await principals.createPrincipal({
    parent: `tenants/${TENANT}`,
    principalId: id,
    principal: { kind: PrincipalKind.SERVICE_ACCOUNT, displayName: id, roles },
  });
  const name = principal?.name ?? '';
  return { name, secret: (await principals.createClientSecret({ parent: name })).secret };
}

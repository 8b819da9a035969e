import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createClient,
  clientCredentials,
  openChannel,
  type Channel,
  type Client,
  type TokenSource,
} from '@weir/client';
import type { ServiceDefinition } from '@weir/contracts';
import { Clearance, Environment, TenantServiceDefinition, Tier } from '@weir/contracts/registry';
import { PrincipalKind, PrincipalServiceDefinition, type Role } from '@weir/contracts/security';
import { SHARED, type MeshFacts } from './start-mesh.ts';

/** The mesh that stories share. */
export function sharedMesh(): MeshFacts {
  const facts = process.env[SHARED];
  if (facts === undefined)
    throw new Error('no mesh runs: start stories from the root, npm test -- --selectProjects stories');
  return JSON.parse(facts) as MeshFacts;
}

/** Someone who calls the mesh. */
export interface Actor extends AsyncDisposable {
  readonly name: string;
  token(): Promise<string>;
  client<S extends ServiceDefinition>(definition: S): Client<S>;
}

/** The platform's administrator. */
export function administrator(mesh: MeshFacts): Actor {
  const secret = readFileSync(join(mesh.state, 'admin.secret'), 'utf8').trim();
  return actorOf(mesh, 'principals/admin', secret);
}

/** Makes a tenant with a service account of this role. */
export async function tenantWith(admin: Actor, mesh: MeshFacts, id: string, role: Role): Promise<Actor> {
  await createTenant(admin, id);
  const principals = admin.client(PrincipalServiceDefinition);
  const parent = `tenants/${id}`;
  const { principal } = await principals.createPrincipal({
    parent,
    principalId: 'worker-bee',
    principal: { kind: PrincipalKind.SERVICE_ACCOUNT, displayName: 'bee', roles: [role] },
  });
  const name = principal?.name ?? '';
  const { secret } = await principals.createClientSecret({ parent: name, displayName: 'story' });
  return actorOf(mesh, name, secret);
}

/** Makes a tenant that may do what most may. */
export const createTenant = (admin: Actor, id: string): Promise<unknown> =>
  admin.client(TenantServiceDefinition).createTenant({
    tenantId: id,
    tenant: {
      displayName: id,
      tier: Tier.PROFESSIONAL,
      allowedEnvironments: [Environment.DEVELOPMENT, Environment.PRODUCTION],
      clearanceCeiling: Clearance.CONFIDENTIAL,
    },
  });

/** Someone with a client secret. */
export function actorOf(mesh: MeshFacts, name: string, secret: string): Actor {
  const stack = new AsyncDisposableStack();
  const tokens: TokenSource = clientCredentials({
    security: addressOf(mesh, 'security'),
    clientId: name,
    clientSecret: secret,
  });
  const channels = new Map<string, Channel>();
  const channelTo = (service: string): Channel => {
    const known = channels.get(service);
    if (known) return known;
    const opened = stack.use(openChannel({ address: addressOf(mesh, service), tokens }));
    channels.set(service, opened);
    return opened;
  };
  return {
    name,
    token: async () => tokens.token(),
    client: (definition) => createClient(definition, channelTo(serviceOf(definition))),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** "registry" for weir.registry.v1.TenantService. */
const serviceOf = ({ fullName }: ServiceDefinition): string => fullName.split('.')[1] ?? '';

/** The address of a service. */
export function addressOf(mesh: MeshFacts, service: string): string {
  const address = mesh.addresses[service];
  if (address === undefined) throw new Error(`there is no service ${service}`);
  return address;
}

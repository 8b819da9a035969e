import { join, resolve } from 'node:path';

/** The services of a mesh, in the order of their ports. */
export const SERVICES = ['registry', 'security', 'audit', 'agent', 'deployment'] as const;

/** The name of a service. */
export type ServiceName = (typeof SERVICES)[number];

/** Where a service listens, both on loopback. */
export interface ServicePorts {
  readonly grpc: number;
  readonly ops: number;
}

/** The ports of every service. */
export type MeshPorts = Readonly<Record<ServiceName, ServicePorts>>;

/** The ports of the contract: gRPC 7001 to 7005, ops 7101 to 7105. */
export const contractPorts: MeshPorts = portsFrom((index) => ({ grpc: 7001 + index, ops: 7101 + index }));

/** One pair of ports for each service. */
export function portsFrom(pair: (index: number) => ServicePorts): MeshPorts {
  const [registry, security, audit, agent, deployment] = SERVICES.map((_, index) => pair(index));
  if (!registry || !security || !audit || !agent || !deployment) throw new Error('a mesh has five services');
  return { registry, security, audit, agent, deployment };
}

/** The root of the workspace that this file is in. */
export const workspaceRoot = resolve(import.meta.dirname, '../../..');

/** Where Node keeps what it compiled. One for all meshes of this workspace: it depends on the sources alone. */
export const compileCache = process.env.NODE_COMPILE_CACHE ?? join(workspaceRoot, 'node_modules', '.cache', 'weir');

/** The program of a service. */
export const entryOf = (service: ServiceName): string => join(workspaceRoot, 'apps', service, 'src', 'main.ts');

/** Where a mesh keeps everything of its own. */
export interface StateDir {
  readonly root: string;
  readonly postgres: string;
  readonly logs: string;
  readonly secrets: string;
  /** The secret of principals/admin, written by security on first boot. */
  readonly adminSecret: string;
}

/** The layout of a state folder. */
export function stateDir(path: string): StateDir {
  const root = resolve(path);
  return {
    root,
    postgres: join(root, 'postgres'),
    logs: join(root, 'logs'),
    secrets: join(root, 'secrets'),
    adminSecret: join(root, 'admin.secret'),
  };
}

/** The address of a service. */
export const addressOf = (ports: MeshPorts, service: ServiceName): string => `127.0.0.1:${ports[service].grpc}`;

/** The environment that a service of this mesh runs with, the caller's own settings beside it. */
export function environmentOf(
  service: ServiceName,
  ports: MeshPorts,
  state: StateDir,
  databaseUrl: string,
): Record<string, string> {
  return {
    REGISTRY_ADDRESS: addressOf(ports, 'registry'),
    SECURITY_ADDRESS: addressOf(ports, 'security'),
    AUDIT_ADDRESS: addressOf(ports, 'audit'),
    AGENT_ADDRESS: addressOf(ports, 'agent'),
    DEPLOYMENT_ADDRESS: addressOf(ports, 'deployment'),
    WEIR_STATE_DIR: state.root,
    GRPC_LISTEN: addressOf(ports, service),
    OPS_LISTEN: `127.0.0.1:${ports[service].ops}`,
    DATABASE_URL: databaseUrl,
    CLIENT_ID: `principals/${service}`,
    CLIENT_SECRET_FILE: secretFile(state, service),
    SERVICE_SECRETS_DIR: state.secrets,
    NODE_COMPILE_CACHE: compileCache,
  };
}

/** The file with the client secret of a service. */
export const secretFile = (state: StateDir, service: ServiceName): string => join(state.secrets, `${service}.secret`);

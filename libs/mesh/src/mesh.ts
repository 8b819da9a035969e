import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@weir/database/embedded';
import { compileSources } from './compile-sources.ts';
import { lockState } from './lock.ts';
import {
  addressOf,
  entryOf,
  environmentOf,
  SERVICES,
  type MeshPorts,
  type ServiceName,
  type StateDir,
} from './plan.ts';
import { checkPorts } from './ports.ts';
import { prepareState } from './secrets.ts';
import { startProcess, type ServiceProcess } from './service-process.ts';

/** How a mesh is started. */
export interface MeshOptions {
  readonly state: StateDir;
  readonly ports: MeshPorts;
  /** Settings for every service, over the mesh's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** URLs of databases elsewhere, by service; the others get one on the server of the mesh. */
  readonly databases?: Readonly<Partial<Record<ServiceName, string>>>;
  readonly watch?: boolean;
  /** Told of each thing that starts, with a promise that settles when it is up. */
  readonly onStart?: (name: string, ready: Promise<void>) => void;
}

/** PostgreSQL and the five services, running. Disposing stops them in reverse. */
export interface Mesh extends AsyncDisposable {
  readonly state: StateDir;
  readonly ports: MeshPorts;
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>;
  /** The process of the database server. */
  databasePid(): number | undefined;
  address(service: ServiceName): string;
  /** Where the data of a service are, as the service itself sees them. */
  databaseUrl(service: ServiceName): string;
}

const READY_MS = 60_000;

/** Starts a mesh on this machine. Resolves when every service is ready. */
export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const { state, ports, databases, onStart = () => undefined } = options;
  await using stack = new AsyncDisposableStack();
  prepareState(state);
  stack.use(lockState(state));
  await checkPorts(ports);

  const starting = startEmbeddedPostgres({ dataDir: state.postgres, durable: true });
  onStart(
    'PostgreSQL',
    starting.then(() => undefined),
  );
  const [postgres] = await Promise.all([starting, compileSources()]);
  stack.use(postgres);
  const urls = await databaseUrls(postgres, databases);

  const start = (service: ServiceName): ServiceProcess => {
    const running = stack.use(startProcess(specOf(service, urls.get(service) ?? '', options)));
    const ready = running.whenReady(READY_MS);
    onStart(service, ready);
    return running;
  };
  const services = {
    security: start('security'),
    audit: start('audit'),
    registry: start('registry'),
    agent: start('agent'),
    deployment: start('deployment'),
  };
  await Promise.all(SERVICES.map((service) => services[service].whenReady(READY_MS)));

  const running = stack.move();
  return {
    state,
    ports,
    services,
    databasePid: postgres.pid,
    address: (service) => addressOf(ports, service),
    databaseUrl: (service) => urls.get(service) ?? '',
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function databaseUrls(postgres: EmbeddedPostgres, elsewhere: MeshOptions['databases']) {
  const urls = new Map<ServiceName, string>();
  for (const service of SERVICES) {
    urls.set(service, elsewhere?.[service] ?? (await postgres.ensureDatabase(`weir_${service}`)));
  }
  return urls;
}

const specOf = (service: ServiceName, databaseUrl: string, { state, ports, env, watch }: MeshOptions) => ({
  name: service,
  entry: entryOf(service),
  env: { ...environmentOf(service, ports, state, databaseUrl), ...env },
  logFile: join(state.logs, `${service}.log`),
  opsPort: ports[service].ops,
  watch: watch ?? false,
});

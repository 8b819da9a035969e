import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractPorts, portsFrom, SERVICES, stateDir, type Mesh, type MeshPorts } from '@weir/mesh';
import { runTour } from '../tour/tour.ts';
import { adminTokens } from '../session.ts';
import { addressesOf } from './addresses.ts';
import { bootMesh } from './boot.ts';
import { say, title } from './say.ts';

/** How `weir up` was asked for. */
export interface UpOptions {
  readonly stateDir: string;
  readonly tour: boolean;
  /** End after the tour. */
  readonly exit: boolean;
  readonly watch: boolean;
  /** gRPC ports from here, ops ports from 100 above. */
  readonly portBase?: number;
}

// A dozen processes share a laptop: what each sets aside for young objects, V8's 16 MiB threefold, counts a dozen times,
// and so does what waits for the next run.
const SMALL = '--max-semi-space-size=2';

/** Boots the mesh, takes the tour, serves until Ctrl-C. The exit code is 0 when every step came out right. */
export async function up(options: UpOptions): Promise<number> {
  const stop = stopSignal();
  const startedAt = performance.now();
  title('Weir: starting PostgreSQL and five services');
  await using mesh = await bootMesh({
    state: stateDir(options.stateDir),
    ports: portsOf(options),
    watch: options.watch,
    env: {
      TRACE_SAMPLE_RATIO: process.env.TRACE_SAMPLE_RATIO ?? '0.05',
      MALLOC_ARENA_MAX: '2',
      WORKER_IDLE: process.env.WORKER_IDLE ?? '5s',
      WORKER_ENGINE_IDLE: process.env.WORKER_ENGINE_IDLE ?? '2s',
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${SMALL}`.trim(),
    },
  });
  say(`ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  await writeAdminToken(mesh);

  const failed = options.tour ? await runTour(mesh, stop.signal) : 0;
  if (options.exit || stop.signal.aborted) return failed > 0 ? 1 : 0;

  describeEndpoints(mesh);
  await stop.whenAsked;
  say('stopping');
  return 0;
}

const portsOf = ({ portBase }: UpOptions): MeshPorts =>
  portBase === undefined
    ? contractPorts
    : portsFrom((index) => ({ grpc: portBase + index, ops: portBase + 100 + index }));

/** The first Ctrl-C ends things in order; a second one ends them at once. */
function stopSignal(): { signal: AbortSignal; whenAsked: Promise<void> } {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const ask = (): void => {
    controller.abort(new Error('stopped'));
    resolve();
    process.once('SIGINT', () => process.exit(130));
  };
  process.once('SIGINT', ask).once('SIGTERM', ask);
  // Started with a channel: whoever started it is gone.
  process.once('disconnect', ask);
  // Listening to it must not keep a process alive whose mesh did not start.
  process.channel?.unref();
  return { signal: controller.signal, whenAsked: promise };
}

const tokenFile = (mesh: Mesh): string => join(mesh.state.root, 'admin.token');

async function writeAdminToken(mesh: Mesh): Promise<void> {
  const token = await adminTokens(addressesOf(mesh), mesh.state.adminSecret).token();
  writeFileSync(tokenFile(mesh), token, { mode: 0o600 });
}

function describeEndpoints(mesh: Mesh): void {
  title('The mesh is serving. Ctrl-C stops it.');
  for (const service of SERVICES) {
    say(
      `  ${service.padEnd(11)} grpc ${mesh.address(service)}   metrics http://127.0.0.1:${mesh.ports[service].ops}/metrics`,
    );
  }
  say('');
  say(`  admin token   ${tokenFile(mesh)}   (8 hours; npm run weir -- token makes another)`);
  say(`  logs, traces  ${mesh.state.logs}, ${join(mesh.state.root, 'traces')}`);
  say('');
  say('  grpcurl -plaintext ' + mesh.address('registry') + ' list');
  say(`  grpcurl -plaintext -H "authorization: Bearer $(cat ${tokenFile(mesh)})" \\`);
  say(`    -d '{"name": "tenants/acme"}' ${mesh.address('registry')} weir.registry.v1.TenantService/GetTenant`);
  say('');
}

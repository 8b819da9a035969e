import type { ColourSpec } from './target.ts';

// What a worker has no business with. The identity is passed on: it follows keys and revocations by it.
const OWN = ['DATABASE_URL', 'SERVICE_SECRETS_DIR'];

/** The environment of a worker process: that of the service, and which colour it belongs to. */
export function workerEnvironment(base: NodeJS.ProcessEnv, spec: ColourSpec, name: string): NodeJS.ProcessEnv {
  const passed = Object.entries(base).filter(([key]) => !OWN.includes(key));
  return {
    ...Object.fromEntries(passed),
    // Its refusals are worth a line, the probes of this service are not.
    LOG_LEVEL: base['LOG_LEVEL'] ?? 'warn',
    GRPC_LISTEN: '127.0.0.1:0',
    OPS_LISTEN: '127.0.0.1:0',
    WORKER_NAME: name,
    WORKER_TENANT: `tenants/${spec.lane.tenant}`,
    WORKER_COMPONENT_VERSION: spec.componentVersion,
    WORKER_DIGEST: spec.digest,
    WORKER_DEPLOYMENT: spec.deployment,
    WORKER_COLOUR: spec.colour === 1 ? 'BLUE' : 'GREEN',
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedData } from '@weir/database/embedded';
import { freePorts, startMesh, stateDir, SERVICES, type Mesh, type MeshOptions } from '@weir/mesh';

/** Starts a mesh of its own in a temporary folder, on ports that are free; disposing it leaves nothing behind. */
export async function temporaryMesh(
  env: Record<string, string> = {},
  databases: MeshOptions['databases'] = {},
): Promise<Mesh> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-story-'));
  const state = stateDir(folder);
  const mesh = await startMesh({
    state,
    ports: await freePorts(),
    databases,
    env: { RATE_LIMIT_PER_MINUTE: '1000000', TRACE_SAMPLE_RATIO: '1', LOG_LEVEL: 'info', ...env },
  });
  return {
    ...mesh,
    async [Symbol.asyncDispose]() {
      await mesh[Symbol.asyncDispose]();
      removeEmbeddedData(state.postgres);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How story files learn of the mesh that they share. */
export const SHARED = 'WEIR_STORY_MESH';

/** What a story needs to know of a mesh. */
export interface MeshFacts {
  readonly addresses: Readonly<Record<string, string>>;
  readonly ops: Readonly<Record<string, number>>;
  readonly state: string;
  /** By service: its database, in the role of the service. */
  readonly databases: Readonly<Record<string, string>>;
}

/** The facts of a mesh. */
export const factsOf = (mesh: Mesh): MeshFacts => ({
  addresses: Object.fromEntries(SERVICES.map((service) => [service, mesh.address(service)])),
  ops: Object.fromEntries(SERVICES.map((service) => [service, mesh.ports[service].ops])),
  state: mesh.state.root,
  databases: Object.fromEntries(SERVICES.map((service) => [service, mesh.databaseUrl(service)])),
});

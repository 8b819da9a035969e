import type { Mesh } from '@weir/mesh';
import { factsOf, SHARED, temporaryMesh } from './start-mesh.ts';

let mesh: Mesh | undefined;

/** Starts the mesh that all stories share, but those that kill things. */
export default async function setUp(): Promise<void> {
  mesh = await temporaryMesh();
  process.env[SHARED] = JSON.stringify(factsOf(mesh));
}

/** Stops it. */
export const stopMesh = async (): Promise<void> => mesh?.[Symbol.asyncDispose]();

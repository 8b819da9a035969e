import type { Mesh } from '@weir/mesh';
import type { Addresses } from '../session.ts';

/** Where each service of a mesh is reached. */
export const addressesOf = (mesh: Mesh): Addresses => ({
  registry: mesh.address('registry'),
  security: mesh.address('security'),
  audit: mesh.address('audit'),
  agent: mesh.address('agent'),
  deployment: mesh.address('deployment'),
});

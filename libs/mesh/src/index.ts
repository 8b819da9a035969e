export { startMesh, type Mesh, type MeshOptions } from './mesh.ts';
export {
  contractPorts,
  portsFrom,
  SERVICES,
  stateDir,
  type MeshPorts,
  type ServiceName,
  type ServicePorts,
  type StateDir,
} from './plan.ts';
export { freePorts } from './ports.ts';
export type { ServiceProcess } from './service-process.ts';

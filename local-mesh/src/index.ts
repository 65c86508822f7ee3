export type { Edge } from './mesh/edge.ts';
export { type Mesh, type MeshOptions, startMesh } from './mesh/mesh.ts';
export { allHere, type Places } from './mesh/place.ts';
export { defaultRegions } from './mesh/regions.ts';
export type { ApiKey, Replica } from './mesh/replica.ts';
export { type Exit, ManagedProcess } from './processes/managed-process.ts';
export { freePorts } from './processes/ports.ts';
export { StartError } from './processes/start-error.ts';
export { type ServiceOptions, type Services, startServices } from './services/services.ts';

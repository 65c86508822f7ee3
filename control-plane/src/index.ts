export { type Config, readConfig } from './config.ts';
export { type ControlPlane, type Overrides, startControlPlane } from './context.ts';

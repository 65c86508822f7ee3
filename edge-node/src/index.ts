export { type Config, readEnvironment, toConfig } from './config.ts';
export { createContext, type EdgeContext, type Overrides } from './context.ts';

export { type Config, readEnvironment, settingNames, toConfig } from './config.ts';
export { createContext, type EdgeContext, type Overrides } from './context.ts';

import { runService } from '@canopy/runtime/process';
import { readEnvironment, toConfig } from './config.ts';
import { createContext } from './context.ts';

const stopTimeoutMs = 10_000;

await runService('edge-node', () => createContext(toConfig(readEnvironment(process.env))), stopTimeoutMs);

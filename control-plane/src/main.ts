import { runService } from '@canopy/runtime/process';
import { readConfig } from './config.ts';
import { startControlPlane } from './context.ts';

const stopTimeoutMs = 10_000;

await runService('control-plane', async () => startControlPlane(readConfig(process.env)), stopTimeoutMs);

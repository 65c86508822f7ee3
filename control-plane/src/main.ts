import { createLogger } from '@canopy/runtime/logger';
import { runService } from '@canopy/runtime/process';
import { readConfig } from './config.ts';
import { startControlPlane } from './context.ts';

const stopTimeoutMs = 10_000;
const bootLogger = createLogger('control-plane', 'info');

await runService(bootLogger, async () => startControlPlane(readConfig(process.env)), stopTimeoutMs);

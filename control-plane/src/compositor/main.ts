import { createLogger } from '@canopy/runtime/logger';
import { runService } from '@canopy/runtime/process';
import { readCompositorConfig } from './config.ts';
import { startCompositor } from './context.ts';

const stopTimeoutMs = 10_000;

await runService(
  'compositor',
  async () => {
    const config = readCompositorConfig(process.env);
    return startCompositor(config, createLogger('compositor', config.logLevel));
  },
  stopTimeoutMs,
);

import { integerSetting, readEnv } from '@canopy/runtime/env';
import type { LogLevel } from '@canopy/runtime/logger';
import { z } from 'zod';

const envSchema = z.object({
  COMPOSITOR_RECORDING_DIR: z.string(),
  COMPOSITOR_FFMPEG: z.string().default('ffmpeg'),
  COMPOSITOR_RETENTION_DAYS: integerSetting(1, 36_500).optional(),
  DATABASE_URL: z.url(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export interface CompositorConfig {
  /** The folder in which edges record. */
  recordingDir: string;
  /** The program. */
  ffmpeg: string;
  /** Recordings go so long after their end; undefined: only when they are deleted. */
  keptForMs: number | undefined;
  databaseUrl: string;
  logLevel: LogLevel;
}

const dayMs = 86_400_000;

/** Throws a ConfigError that names every setting at fault. */
export function readCompositorConfig(env: Readonly<Record<string, string | undefined>>): CompositorConfig {
  const settings = readEnv(envSchema, env, 'COMPOSITOR_');
  const days = settings.COMPOSITOR_RETENTION_DAYS;
  return {
    recordingDir: settings.COMPOSITOR_RECORDING_DIR,
    ffmpeg: settings.COMPOSITOR_FFMPEG,
    keptForMs: days === undefined ? undefined : days * dayMs,
    databaseUrl: settings.DATABASE_URL,
    logLevel: settings.LOG_LEVEL,
  };
}

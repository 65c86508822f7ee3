import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { ConfigError, integerSetting, readEnv } from '@canopy/runtime/env';
import type { LogLevel } from '@canopy/runtime/logger';
import { type S3Location, storeSetting } from '@canopy/storage/location';
import { z } from 'zod';
import { retentionSetting } from '../retention-setting.ts';

const envSchema = z.object({
  COMPOSITOR_RECORDING_DIR: z.string().optional(),
  COMPOSITOR_RECORDING_STORE: storeSetting.optional(),
  COMPOSITOR_WORK_DIR: z.string().optional(),
  COMPOSITOR_FFMPEG: z.string().default('ffmpeg'),
  COMPOSITOR_HEALTH_PORT: integerSetting(1, 65_535).optional(),
  COMPOSITOR_RETENTION_DAYS: retentionSetting,
  DATABASE_URL: z.url(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

/** All variables of the environment that are read. */
export const settingNames: readonly string[] = Object.keys(envSchema.shape);

export interface CompositorConfig {
  /** Where recordings are: the folder in which edges record, or the store they move them to. */
  recordings: string | S3Location;
  /** Takes what is being worked on. */
  workDir: string;
  /** The program. */
  ffmpeg: string;
  /** Recordings go so long after their end; undefined: only when they are deleted. */
  keptForMs: number | undefined;
  /** On loopback, for its health check; 0: any that is free; undefined: it listens nowhere. */
  healthPort: number | undefined;
  databaseUrl: string;
  logLevel: LogLevel;
}

/** Throws a ConfigError that names every setting at fault. */
export function readCompositorConfig(env: Readonly<Record<string, string | undefined>>): CompositorConfig {
  const settings = readEnv(envSchema, env, 'COMPOSITOR_');
  const { COMPOSITOR_RECORDING_DIR: dir, COMPOSITOR_RECORDING_STORE: store } = settings;
  const recordings = store ?? dir;
  if (recordings === undefined || (dir !== undefined && store !== undefined))
    throw new ConfigError('cannot start: give either COMPOSITOR_RECORDING_DIR or COMPOSITOR_RECORDING_STORE');
  return {
    recordings,
    // On the file system of the recordings nothing is copied.
    workDir: resolve(settings.COMPOSITOR_WORK_DIR ?? dir ?? tmpdir()),
    ffmpeg: programOf(settings.COMPOSITOR_FFMPEG),
    keptForMs: settings.COMPOSITOR_RETENTION_DAYS,
    healthPort: settings.COMPOSITOR_HEALTH_PORT,
    databaseUrl: settings.DATABASE_URL,
    logLevel: settings.LOG_LEVEL,
  };
}

/** It runs in folders of its own, so that a path must not depend on where this process runs. */
function programOf(ffmpeg: string): string {
  return ffmpeg.includes('/') ? resolve(ffmpeg) : ffmpeg;
}

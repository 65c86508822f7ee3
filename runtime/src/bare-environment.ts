const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'LANG', 'TZ'];

/**
 * The environment of a program that is not ours and reads what strangers sent, such as ffmpeg: what it needs to run, and none
 * of the secrets that are our settings.
 */
export function bareEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(passedOn.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]));
}

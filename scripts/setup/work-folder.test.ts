import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { inWorkFolder } from './work-folder.mjs';

test('the folder of a work goes with it, also when it fails', async () => {
  const folder = await inWorkFolder('test', async (path) => {
    expect(existsSync(path)).toBe(true);
    return path;
  });
  expect(existsSync(folder)).toBe(false);
  let failed = '';
  const failing = inWorkFolder('test', async (path) => {
    failed = path;
    throw new Error('no space');
  });
  await expect(failing).rejects.toThrow('no space');
  expect(existsSync(failed)).toBe(false);
});

test('a set-up that is interrupted leaves no folder behind', async () => {
  const script = `
    import { endingCommandsOnSignal } from '${new URL('command.mjs', import.meta.url)}';
    import { inWorkFolder } from '${new URL('work-folder.mjs', import.meta.url)}';
    await endingCommandsOnSignal(() => inWorkFolder('test', async (folder) => {
      console.log(folder);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }));`;
  const setUp = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [folder] = await once(createInterface(setUp.stdout), 'line');
  expect(existsSync(folder)).toBe(true);
  setUp.kill('SIGINT');
  expect(await once(setUp, 'exit')).toEqual([130, null]);
  expect(existsSync(folder)).toBe(false);
});

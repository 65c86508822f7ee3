import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';

/** Bundles a page of bench/src/pages into one script for a browser. */
export async function bundlePage(name: string): Promise<string> {
  const entry = fileURLToPath(new URL(`../pages/${name}.ts`, import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'page' } },
  });
  const chunk = [output]
    .flat()
    .flatMap((one) => ('output' in one ? one.output : []))
    .find((file): file is Rollup.OutputChunk => file.type === 'chunk');
  if (chunk === undefined) throw new Error(`bundling ${name} gave no script`);
  return chunk.code;
}

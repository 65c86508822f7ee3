import { build, type Rollup } from 'vite';

/** A module and all that it needs, as one file for a browser: a module, or a script. */
export async function bundled(entry: string, format: 'es' | 'iife' = 'es'): Promise<string> {
  const lib = { entry, formats: [format], fileName: 'bundle', name: 'page' };
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'esnext', lib },
  });
  const chunk = [output]
    .flat()
    .flatMap((one) => ('output' in one ? one.output : []))
    .find((file): file is Rollup.OutputChunk => file.type === 'chunk');
  if (chunk === undefined) throw new Error(`bundling ${entry} gave no script`);
  return chunk.code;
}

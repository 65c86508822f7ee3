import processors from '@twilio/video-processors/package.json' with { type: 'json' };
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The control plane that `vite dev` talks to; the built app talks to whoever serves it. */
const controlPlane = process.env.CANOPY_URL ?? 'http://127.0.0.1:8080';

/** What blurs backgrounds looks for its parts beside itself, by the names they have in their package. */
const processorFiles = `assets/${processors.name}-${processors.version}/[name][extname]`;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      output: {
        assetFileNames: ({ originalFileNames }) =>
          originalFileNames.some((file) => file.includes(`/${processors.name}/`))
            ? processorFiles
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/v1': { target: controlPlane, ws: true } } },
});

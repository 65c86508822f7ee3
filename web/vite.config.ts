import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The control plane that `vite dev` talks to; the built app talks to whoever serves it. */
const controlPlane = process.env.CANOPY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
  server: { proxy: { '/v1': { target: controlPlane, ws: true } } },
});

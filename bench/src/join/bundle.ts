import { fileURLToPath } from 'node:url';
import { bundled } from '@canopy/local-mesh/testing/bundle';

/** Bundles a page of bench/src/pages into one script for a browser. */
export function bundlePage(name: string): Promise<string> {
  return bundled(fileURLToPath(new URL(`../pages/${name}.ts`, import.meta.url)), 'iife');
}

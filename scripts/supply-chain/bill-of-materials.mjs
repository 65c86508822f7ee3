import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { deployedPackages } from './deployed.mjs';

/** @typedef {{ name: string, version: string, purl: string, 'bom-ref': string, licenses?: object[]}} Component */
/** @typedef {{ bomFormat: string, metadata: { component: { name: string } }, components: Component[], dependencies: { ref: string, dependsOn?: string[] }[] }} Bill */

/** Licenses that packages tell in a file only, by their ids on https://spdx.org/licenses. */
const toldInFiles = new Map([['dejavu-fonts-ttf', 'Bitstream-Vera']]);

/**
 * A CycloneDX document (https://cyclonedx.org/docs/1.5/json/) of all that runs in production; npm makes it, offline, of what is
 * installed. What does not run in production is left out here: npm would leave out as well what one workspace needs for development
 * and another one in production, and keep what benchmarks need.
 * @returns {Bill}
 */
export function billOfMaterials() {
  const output = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  /** @type {Bill} */
  const bill = JSON.parse(output);
  // npm names the product after the folder.
  bill.metadata.component.name = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const deployed = deployedPackages(packages);
  bill.components = bill.components.filter(({ name, version }) => deployed.has(`${name}@${version}`));
  for (const component of bill.components) {
    const id = toldInFiles.get(component.name);
    if (id !== undefined) component.licenses = [{ license: { id } }];
  }
  const kept = new Set(bill.components.map((component) => component['bom-ref']));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref) || ref.startsWith(`${bill.metadata.component.name}@`))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
  return bill;
}

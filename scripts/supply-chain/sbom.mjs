// node scripts/supply-chain/sbom.mjs FILE: writes what is deployed, with versions and licences, as CycloneDX 1.5.
import { writeFileSync } from 'node:fs';
import { billOfMaterials } from './bill-of-materials.mjs';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Which file?');
const bill = billOfMaterials();
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
process.stderr.write(`${file}: ${bill.components.length} components\n`);

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { readmeOf } from '../src/module-docs.mjs';
import { moduleFolders, readSchema, terraformFolder, usedTypes } from '../src/schema-file.mjs';
import { Terraform } from '../src/terraform.ts';

const folders = moduleFolders();

/** All of a module's code. */
function readCode(folder: string): string {
  const path = join(terraformFolder, folder);
  const files = readdirSync(path).filter((name) => name.endsWith('.tf'));
  return files.map((name) => readFileSync(join(path, name), 'utf8')).join('\n');
}

/** The networks that a rule of a security group lets in; none where it lets in another group. Mocks fill in what is not set, but no networks. */
function networksOf({ cidr_ipv4, cidr_ipv6 }: Record<string, unknown>): string[] {
  return [cidr_ipv4, cidr_ipv6].map(String).filter((text) => text.includes('/'));
}

/** Those of the example. */
const networkOfMesh = /^10\.[0-3]\.0\.0\/16$/;

test.each(folders)('the README of %s tells its inputs and outputs as they are', (folder) => {
  expect(readFileSync(join(terraformFolder, folder, 'README.md'), 'utf8')).toBe(readmeOf(folder));
});

test('the snapshot of the schema has what the modules use, and no more', () => {
  const { resources, data } = readSchema();
  const used = usedTypes();
  expect(Object.keys(resources).sort()).toEqual([...used.resources].sort());
  expect(Object.keys(data).sort()).toEqual([...used.data].sort());
});

describe.skipIf(terraformLeftOut(process.env))('with Terraform', () => {
  let terraform: Terraform;
  beforeAll(async () => {
    terraform = await Terraform.start();
  });
  afterAll(() => terraform[Symbol.asyncDispose]());

  test('all code is formatted', async () => {
    expect(await terraform.run('.', 'fmt', '-check', '-recursive', '-diff')).toEqual({ code: 0, output: '' });
  });

  test('an argument that AWS does not know is found', async () => {
    const { attributes } = readSchema().resources.aws_vpc ?? { attributes: [] };
    expect(attributes.map(({ name }) => name)).toContain('cidr_block');
    expect(attributes.map(({ name }) => name)).not.toContain('cidr');
  });

  test('nothing is open to the world but media, HTTPS and TURN, in any module', async () => {
    const example = 'aws/examples/three-regions';
    await terraform.init(example);
    const resources = await terraform.resources(example);
    const open = new Set<string>();
    const modules = new Set<string>();
    for (const { address, type, values } of resources) {
      const [, module = ''] = /^module\.(\w+)/.exec(address) ?? [];
      if (type === 'aws_vpc_security_group_ingress_rule') {
        modules.add(module.replaceAll('_', '-'));
        const ports = `${String(values.ip_protocol)} ${String(values.from_port)}-${String(values.to_port)}`;
        const outside = networksOf(values).filter((network) => !networkOfMesh.test(network));
        for (const network of outside) open.add(`${module} ${ports} from ${network}`);
      }
      // Rules have resources of their own, so that they are seen here.
      if (type === 'aws_security_group') expect(values.ingress ?? [], address).toEqual([]);
      if (type === 'aws_lb' && values.internal !== true) open.add(`${module} load balancer`);
    }
    const media = ['udp 44300-44303', 'tcp 44300-44303'];
    const turn = ['udp 3478-3478', 'tcp 3478-3478', 'tcp 5349-5349'];
    const byHand = ['control_plane', 'edge_region', 'observability'];
    expect([...open].sort()).toEqual(
      [
        'control_plane load balancer',
        'control_plane tcp 443-443 from 0.0.0.0/0',
        ...[...media, ...turn, 'tcp 8443-8443'].map((ports) => `edge_region ${ports} from 0.0.0.0/0`),
        'edge_region udp 50000-59999 from 203.0.113.5/32',
        ...byHand.map((module) => `${module} tcp 22-22 from 192.0.2.0/24`),
      ].sort(),
    );
    const withRules = folders.filter((folder) => readCode(folder).includes('"aws_vpc_security_group_ingress_rule"'));
    expect([...modules].sort()).toEqual(withRules.map((folder) => basename(folder)).sort());
    expect(folders.filter((folder) => readCode(folder).includes('prefix_list_id'))).toEqual([]);
    const kinds = [...usedTypes().resources].filter((type) => /security_group|network_acl/.test(type));
    expect(kinds.sort()).toEqual([
      'aws_security_group',
      'aws_vpc_security_group_egress_rule',
      'aws_vpc_security_group_ingress_rule',
    ]);
  }, 120_000);

  test.each(folders)(
    '%s is valid, and its tests pass',
    async (folder) => {
      await terraform.init(folder);
      const validated = await terraform.run(folder, 'validate', '-no-color');
      expect(validated.code, validated.output).toBe(0);
      const { code, problems, runs } = await terraform.test(folder);
      expect(code, problems).toBe(0);
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.filter((run) => !run.passed)).toEqual([]);
    },
    240_000,
  );
});

import ipaddr from 'ipaddr.js';

/** What a record may hold. Numbers are written as doubles. */
export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

export interface MmdbOptions {
  /** Depth of the tree: 4 takes IPv4 networks only, 6 takes both. */
  ipVersion: 4 | 6;
  databaseType?: string;
}

type Branch = TreeNode | { dataOffset: number } | undefined;
type TreeNode = { branches: [Branch, Branch] };

/** Builds a small MaxMind DB 2.0 file (https://maxmind.github.io/MaxMind-DB/) with 32-bit tree records. A later network replaces the part of an earlier one that it covers. */
export function buildMmdb(networks: Readonly<Record<string, MmdbValue>>, options: MmdbOptions): Buffer {
  const root: TreeNode = { branches: [undefined, undefined] };
  const data: Buffer[] = [];
  let dataOffset = 0;
  for (const [cidr, record] of Object.entries(networks)) {
    insert(root, prefixBits(cidr, options.ipVersion), { dataOffset });
    const encoded = encode(record);
    data.push(encoded);
    dataOffset += encoded.length;
  }
  const nodes = listNodes(root);
  return Buffer.concat([
    encodeTree(nodes),
    Buffer.alloc(16),
    ...data,
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encodeMetadata(nodes.length, options),
  ]);
}

function prefixBits(cidr: string, ipVersion: 4 | 6): number[] {
  const [address, length] = ipaddr.parseCIDR(cidr);
  const bits = address.toByteArray().flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((shift) => (byte >> shift) & 1));
  const prefix = bits.slice(0, length);
  if (address.kind() === 'ipv6' || ipVersion === 4) return prefix;
  return [...Array<number>(96).fill(0), ...prefix];
}

function insert(root: TreeNode, bits: readonly number[], leaf: { dataOffset: number }): void {
  let node = root;
  for (const [depth, bit] of bits.entries()) {
    if (depth === bits.length - 1) {
      node.branches[bit === 0 ? 0 : 1] = leaf;
      return;
    }
    const next = node.branches[bit === 0 ? 0 : 1];
    const child: TreeNode = next !== undefined && 'branches' in next ? next : { branches: [next, next] };
    node.branches[bit === 0 ? 0 : 1] = child;
    node = child;
  }
}

function listNodes(root: TreeNode): TreeNode[] {
  const nodes = [root];
  for (const { branches } of nodes) {
    for (const branch of branches) if (branch !== undefined && 'branches' in branch) nodes.push(branch);
  }
  return nodes;
}

function encodeTree(nodes: readonly TreeNode[]): Buffer {
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.alloc(nodes.length * 8);
  for (const [index, { branches }] of nodes.entries()) {
    for (const [side, branch] of branches.entries()) {
      tree.writeUInt32BE(recordOf(branch, indexes), index * 8 + side * 4);
    }
  }
  return tree;
}

/** A record is the number of a node, the node count for "nothing here", or beyond that (and 16 separator bytes) an offset into the data. */
function recordOf(branch: Branch, indexes: ReadonlyMap<TreeNode, number>): number {
  if (branch === undefined) return indexes.size;
  if ('dataOffset' in branch) return indexes.size + 16 + branch.dataOffset;
  return indexes.get(branch) ?? indexes.size;
}

const type = { string: 2, double: 3, uint16: 5, uint32: 6, map: 7, uint64: 9, array: 11, boolean: 14 } as const;

function encodeMetadata(nodeCount: number, { ipVersion, databaseType = 'Test' }: MmdbOptions): Buffer {
  const fields: [string, Buffer][] = [
    ['binary_format_major_version', integer(type.uint16, 2, 2)],
    ['binary_format_minor_version', integer(type.uint16, 2, 0)],
    ['build_epoch', integer(type.uint64, 6, 1_700_000_000)],
    ['database_type', encode(databaseType)],
    ['description', encode({})],
    ['ip_version', integer(type.uint16, 2, ipVersion)],
    ['languages', encode([])],
    ['node_count', integer(type.uint32, 4, nodeCount)],
    ['record_size', integer(type.uint16, 2, 32)],
  ];
  return Buffer.concat([control(type.map, fields.length), ...fields.flatMap(([key, value]) => [encode(key), value])]);
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(type.string, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'boolean') return control(type.boolean, value ? 1 : 0);
  if (typeof value === 'number') {
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return Buffer.concat([control(type.double, 8), double]);
  }
  if (isList(value)) return Buffer.concat([control(type.array, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    control(type.map, entries.length),
    ...entries.flatMap(([key, one]) => [encode(key), encode(one)]),
  ]);
}

function isList(value: object): value is readonly MmdbValue[] {
  return Array.isArray(value);
}

function integer(kind: number, bytes: 2 | 4 | 6, value: number): Buffer {
  const encoded = Buffer.alloc(bytes);
  encoded.writeUIntBE(value, 0, bytes);
  return Buffer.concat([control(kind, bytes), encoded]);
}

/** The byte or bytes in front of a value: its type and size. Types above 7 have a byte of their own. */
function control(kind: number, size: number): Buffer {
  if (size > 284) throw new Error('the test writer keeps to small values');
  const short = Math.min(size, 29);
  const head = kind > 7 ? [short, kind - 7] : [(kind << 5) | short];
  return Buffer.from(size >= 29 ? [...head, size - 29] : head);
}

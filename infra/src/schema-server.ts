import { fileURLToPath } from 'node:url';
import { loadPackageDefinition, Server, ServerCredentials, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type Block, readSchema } from './schema-file.mjs';

/** A provider for Terraform that knows the schema of AWS's and can do nothing. */
export interface SchemaServer extends AsyncDisposable {
  /** Value of TF_REATTACH_PROVIDERS: Terraform asks here instead of starting a plugin. */
  readonly reattach: string;
}

const protocolFile = fileURLToPath(new URL('./tfplugin5.proto', import.meta.url));

/** Serves the committed schema over Terraform's plugin protocol, on loopback. */
export async function startSchemaServer(): Promise<SchemaServer> {
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  const { provider, resources, data } = readSchema();
  const schemas = { provider: toWire(provider), resource_schemas: all(resources), data_source_schemas: all(data) };
  const fine = reply(() => ({}));
  server.addService(providerService(), {
    GetSchema: reply(() => schemas),
    PrepareProviderConfig: reply(({ config }: { config?: unknown }) => ({ prepared_config: config })),
    ValidateResourceTypeConfig: fine,
    ValidateDataSourceConfig: fine,
    Stop: fine,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const address = { Network: 'tcp', String: `127.0.0.1:${port}` };
  const plugin = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address };
  return {
    reattach: JSON.stringify({ 'registry.terraform.io/hashicorp/aws': plugin }),
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}

function providerService(): ServiceClientConstructor['service'] {
  const { tfplugin5 } = loadPackageDefinition(loadSync(protocolFile, { keepCase: true }));
  if (tfplugin5 === undefined || !('Provider' in tfplugin5)) throw new Error(`${protocolFile} has no Provider`);
  return (tfplugin5.Provider as ServiceClientConstructor).service;
}

function reply<Request>(answer: (request: Request) => object) {
  return (call: { request: Request }, callback: (error: null, value: object) => void) =>
    callback(null, answer(call.request));
}

function all(blocks: Record<string, Block>): Record<string, object> {
  return Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, toWire(block)]));
}

function toWire(block: Block): object {
  return { version: 0, block: toWireBlock(block) };
}

function toWireBlock({ attributes, block_types }: Block): object {
  return {
    attributes: attributes.map((attribute) => ({ ...attribute, type: Buffer.from(attribute.type) })),
    block_types: block_types.map((nested) => ({ ...nested, block: toWireBlock(nested.block) })),
  };
}

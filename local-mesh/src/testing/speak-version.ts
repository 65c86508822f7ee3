import { registerHooks } from 'node:module';

/** Loaded before a node's own program (`--import`): has it speak the version of the protocol that stands in its address. */
const spoken = new URL(import.meta.url).searchParams.get('version');
const constant = /(?<=^export const protocolVersion = )\d+/m;

registerHooks({
  load(url, context, next) {
    const module = next(url, context);
    if (spoken === null || !url.endsWith('/runtime/src/protocol.ts')) return module;
    const source = typeof module.source === 'string' ? module.source : new TextDecoder().decode(module.source);
    if (!constant.test(source)) throw new Error(`no version of the protocol stands in ${url}`);
    return { ...module, source: source.replace(constant, spoken) };
  },
});

/** The workspaces that run in production, or are built into what does. */
const deployedWorkspaces = ['control-plane', 'edge-node', 'web'];

/** @typedef {{ name?: string, version?: string, link?: boolean, resolved?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockedPackage */

/**
 * All packages that run in production, as name@version, from package-lock.json: what the deployed workspaces depend on, and so on.
 * @param {Record<string, LockedPackage>} packages
 * @returns {ReadonlySet<string>}
 */
export function deployedPackages(packages) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = [...deployedWorkspaces];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const entry = packages[path];
    if (entry === undefined || found.has(path)) continue;
    found.add(path);
    if (entry.link === true && entry.resolved !== undefined) open.push(entry.resolved);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
      open.push(resolve(packages, path, name));
  }
  return new Set([...found].map((path) => `${packages[path]?.name ?? nameOf(path)}@${packages[path]?.version}`));
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * Where Node finds a package: in the nearest node_modules going up.
 * @param {Record<string, LockedPackage>} packages
 * @param {string} from
 * @param {string} name
 */
function resolve(packages, from, name) {
  for (let folder = from; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (folder.endsWith('node_modules')) continue;
    const path = `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
  }
  return `node_modules/${name}`;
}

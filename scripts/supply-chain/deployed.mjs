/** @typedef {{ name?: string, version?: string, link?: boolean, resolved?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages of package-lock.json, by folder */

/** The workspaces that run in production, or are built into what does. */
const deployedWorkspaces = ['control-plane', 'edge-node', 'web'];

/**
 * All packages that run in production, as name@version.
 * @param {LockedPackages} packages
 * @returns {ReadonlySet<string>}
 */
export function deployedPackages(packages) {
  const folders = [...foldersNeededBy(deployedWorkspaces, packages)];
  return new Set(folders.map((folder) => `${packages[folder]?.name ?? nameOf(folder)}@${packages[folder]?.version}`));
}

/**
 * The folders of workspaces and of what they depend on in production, and so on.
 * @param {readonly string[]} workspaces
 * @param {LockedPackages} packages
 * @returns {ReadonlySet<string>}
 */
export function foldersNeededBy(workspaces, packages) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = [...workspaces];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entry = packages[folder];
    if (entry === undefined || found.has(folder)) continue;
    found.add(folder);
    if (entry.link === true && entry.resolved !== undefined) open.push(entry.resolved);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
      open.push(resolve(packages, folder, name));
  }
  return found;
}

/**
 * Where Node finds a package: in the nearest node_modules going up.
 * @param {LockedPackages} packages
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

/** @param {string} folder */
function nameOf(folder) {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

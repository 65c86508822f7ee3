import { Terraform } from '../terraform.ts';

/** User data of the hosts, as the first tests of their modules have it. */
export interface RenderedHosts {
  edge: string;
  replicas: string;
  bus: string;
  compositors: string;
  observer: string;
}

/** Has Terraform render the user data of these hosts. */
export async function renderHosts<Name extends keyof RenderedHosts>(
  names: readonly Name[],
): Promise<Pick<RenderedHosts, Name>> {
  await using terraform = await Terraform.start();
  const outputsOf = async (module: string) => {
    await terraform.init(`aws/modules/${module}`);
    return terraform.outputs(`aws/modules/${module}`);
  };
  const asked: readonly string[] = names;
  const rendered: Record<string, unknown> = {};
  if (asked.includes('edge')) rendered.edge = (await outputsOf('edge-region')).cloud_config;
  if (asked.includes('observer')) rendered.observer = (await outputsOf('observability')).cloud_config;
  if (asked.some((name) => ['replicas', 'bus', 'compositors'].includes(name)))
    Object.assign(rendered, (await outputsOf('control-plane')).cloud_configs);
  return Object.fromEntries(names.map((name) => [name, String(rendered[name])])) as Pick<RenderedHosts, Name>;
}

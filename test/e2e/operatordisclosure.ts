/** Looks for values of Secrets where they must not be. */
import type { World } from './operatorworld.ts';

type Secrets = { readonly items: readonly { readonly data?: Readonly<Record<string, string>> }[] };

/** Where a value of a Secret of the cluster, or one of these, which it held before, can be read. */
export async function disclosures(world: World, before: readonly string[] = []): Promise<string[]> {
  const secrets = JSON.parse(await world.kubectl('get', 'secrets', '-A', '-o', 'json')) as Secrets;
  const encoded = secrets.items.flatMap(({ data = {} }) => Object.values(data));
  const decoded = encoded.map((value) => Buffer.from(value, 'base64').toString('utf8'));
  const values = [...before, ...encoded, ...decoded];
  const found = [...(await places(world))].flatMap(([place, text]) =>
    values.some((value) => text.includes(value)) ? [place] : [],
  );
  // A search that looks at nothing finds nothing.
  if (values.length < 4) throw new Error('the cluster has no Secrets to look for');
  return found;
}

async function places(world: World): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const kind of ['otn', 'events.events.k8s.io', 'leases.coordination.k8s.io']) {
    texts.set(kind, await world.kubectl('get', kind, '-A', '-o', 'json', '--show-managed-fields'));
  }
  for (const gateway of world.gateways) {
    texts.set(`log of ${gateway.name}`, gateway.process.lines.join('\n'));
    texts.set(`metrics of ${gateway.name}`, await gateway.metrics());
  }
  for (const [place, text] of texts) if (text.length < 100) throw new Error(`${place} is empty`);
  return texts;
}

/** Reads a CPU profile of V8: how long was spent in what, by the place of the code on top of the stack. */

type Node = Readonly<{
  id: number;
  callFrame: Readonly<{ functionName: string; url: string; lineNumber: number }>;
  children?: readonly number[];
}>;

export type Profile = Readonly<{
  nodes: readonly Node[];
  samples: readonly number[];
  timeDeltas: readonly number[];
}>;

/** Microseconds by name, the longest first; the process's own idling is left out. */
export function selfTimes(
  profile: Profile,
  nameOf: (node: Node) => string,
): readonly (readonly [string, number])[] {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const times = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === '(idle)') return;
    const name = nameOf(node);
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  return [...times].sort(([, a], [, b]) => b - a);
}

/** A name for the part of the program: a package, a file of the gateway, a module of Node. */
export function partOf({ callFrame: { functionName, url } }: Node): string {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collection' : 'native code';
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  const [, own] = /\/src\/(.+)$/.exec(url) ?? [];
  if (own !== undefined) return `src/${own}`;
  const [, builtIn] = /^node:(?:internal\/)?([^/]+)/.exec(url) ?? [];
  return builtIn === undefined ? url : `node:${builtIn}`;
}

/** Reads profiles of V8: how long was spent in what, and what was allocated, by the place of the code on top of the stack. */

type CallFrame = Readonly<{ functionName: string; url: string; lineNumber: number }>;

type Node = Readonly<{ id: number; callFrame: CallFrame; children?: readonly number[] }>;

export type Profile = Readonly<{
  nodes: readonly Node[];
  samples: readonly number[];
  timeDeltas: readonly number[];
}>;

/** One place of the code, what it allocated by itself in bytes, and what it called. */
type AllocationNode = Readonly<{
  callFrame: CallFrame;
  selfSize: number;
  children: readonly AllocationNode[];
}>;

export type AllocationProfile = Readonly<{ head: AllocationNode }>;

/** Bytes by name, the most first. */
export function selfBytes(
  { head }: AllocationProfile,
  nameOf: (frame: Readonly<{ callFrame: CallFrame }>) => string,
): readonly (readonly [string, number])[] {
  const bytes = new Map<string, number>();
  const add = (node: AllocationNode): void => {
    const name = nameOf(node);
    bytes.set(name, (bytes.get(name) ?? 0) + node.selfSize);
    node.children.forEach(add);
  };
  add(head);
  return [...bytes].sort(([, a], [, b]) => b - a);
}

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
export function partOf({ callFrame: { functionName, url } }: Readonly<{ callFrame: CallFrame }>): string {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collection' : 'native code';
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  const [, own] = /\/src\/(.+)$/.exec(url) ?? [];
  if (own !== undefined) return `src/${own}`;
  const [, builtIn] = /^node:(?:internal\/)?([^/]+)/.exec(url) ?? [];
  return builtIn === undefined ? url : `node:${builtIn}`;
}

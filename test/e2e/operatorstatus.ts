/** The status and the Events of an OmneoTenant, as kubectl shows them. */
import { isDeepStrictEqual } from 'node:util';
import { eventually } from './time.ts';
import type { World } from './operatorworld.ts';

type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
};

type Shown = {
  readonly metadata: { readonly generation: number };
  readonly status: {
    readonly observedGeneration: number;
    readonly path?: string;
    readonly conditions?: readonly Condition[];
  };
};

type Event = {
  readonly type: string;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly regarding: { readonly name: string };
  readonly reportingController: string;
  readonly series?: { readonly count: number };
};

/** `True Ready`: the status and the reason of a condition, by its type. */
export type Conditions = Readonly<Record<string, string>>;

export const ready: Conditions = {
  Accepted: 'True Accepted',
  ResolvedRefs: 'True ResolvedRefs',
  Ready: 'True Ready',
};

/** What is shown of a tenant in the namespace `loyalty`. */
export async function shown(world: World, name: string, namespace = 'loyalty'): Promise<Shown> {
  return JSON.parse(await world.kubectl('get', 'otn', name, '-n', namespace, '-o', 'json')) as Shown;
}

/**
 * Waits until a tenant shows these conditions and no others, all of them and the status itself for the generation
 * that it has now; resolves with the messages by condition.
 */
export async function untilShown(
  world: World,
  name: string,
  conditions: Conditions,
  { namespace = 'loyalty', timeoutMs = 30_000 } = {},
): Promise<Readonly<Record<string, string>>> {
  let last: unknown;
  const wanted = (status: Shown['status'], generation: number): boolean => {
    last = status;
    const { observedGeneration, conditions: all = [] } = status;
    return (
      [observedGeneration, ...all.map((each) => each.observedGeneration)].every((it) => it === generation) &&
      isDeepStrictEqual(wordsOf(all), conditions)
    );
  };
  const ask = async () => {
    const { status, metadata } = await shown(world, name, namespace);
    return wanted(status, metadata.generation) && status.conditions;
  };
  const all = await eventually(name, ask, { timeoutMs }).catch((cause: unknown) => {
    const text = `${name} does not show ${JSON.stringify(conditions)} but ${JSON.stringify(last)}`;
    throw new Error(text, { cause });
  });
  return Object.fromEntries(all.map(({ type, message }) => [type, message]));
}

function wordsOf(conditions: readonly Condition[]): Conditions {
  return Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

/** The Events of a tenant, oldest first, as `Warning ResolveRefs SecretNotFound`. */
export async function eventsOf(world: World, name: string, namespace = 'loyalty'): Promise<Event[]> {
  const text = await world.kubectl(
    'get',
    'events.events.k8s.io',
    '-n',
    namespace,
    '--sort-by=.metadata.creationTimestamp',
    '-o',
    'json',
  );
  const { items } = JSON.parse(text) as { items: Event[] };
  return items.filter(({ regarding }) => regarding.name === name);
}

/** An Event in words: `Warning ResolveRefs SecretNotFound`. */
export function wordsOfEvent({ type, action, reason }: Event): string {
  return `${type} ${action} ${reason}`;
}

/** Waits until Events tell all of this of a tenant; what happens again has to be counted on the Event that is there. */
export async function untilTold(world: World, name: string, ...expected: string[]): Promise<void> {
  const words = await eventually(`the Events of ${name}`, async () => {
    const told = (await eventsOf(world, name)).map(wordsOfEvent);
    return expected.every((each) => told.includes(each)) && told;
  });
  if (new Set(words).size < words.length)
    throw new Error(`an Event of ${name} was repeated: ${words.join(', ')}`);
}

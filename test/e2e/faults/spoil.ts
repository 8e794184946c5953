/** Hooks that spoil what the gateway asks for, on both resources that it follows. */
import type { ApiRequest, Decision, Hooks, Pieces } from '../apiproxy.ts';

export const followed = ['omneotenants', 'secrets'] as const;

export type Followed = (typeof followed)[number];

/** Whether this request is one of a reflector. */
export function isFollowing({ verb, resource }: ApiRequest, wanted: 'list' | 'watch'): boolean {
  return verb === wanted && followed.some((each) => each === resource);
}

/** Decides on every list, or every watch. */
export function spoilRequests(
  verb: 'list' | 'watch',
  decide: (request: ApiRequest) => Decision | Promise<Decision>,
): Hooks {
  return { onRequest: (request) => (isFollowing(request, verb) ? decide(request) : 'forward') };
}

/** Puts something else in the place of every line of a watch. */
export function spoilLines(spoiled: (line: string) => Pieces): Hooks {
  return { onWatchLine: (line, request) => (isFollowing(request, 'watch') ? spoiled(line) : line) };
}

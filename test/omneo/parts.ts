import { inspect } from 'node:util';
import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { OmneoClient } from '../../src/omneo/client/client.ts';
import { type CallCounter, Pace } from '../../src/omneo/pace/pace.ts';
import type { ResourceCalls } from '../../src/omneo/resources/calls.ts';
import { rewardKind } from '../../src/omneo/rewards/rewardkind.ts';
import { TokenSource } from '../../src/omneo/token/token.ts';
import { createDispatcher, senderOf } from '../../src/omneo/client/transport.ts';
import { UpstreamError } from '../../src/omneo/client/upstream.ts';

/** Calls as the client's observer sees them. */
export type Observed = { operation: string; code: string; seconds: number };

export type ClientOptions = Readonly<{
  baseURL: string;
  dispatcher?: Dispatcher;
  clock?: Clock;
  timeoutMs?: number;
  tokens?: TokenSource;
  observed?: Observed[];
  calls?: CallCounter;
}>;

/** A client with a static token; gives up after a second unless it is given another time-out. */
export function clientOf(options: ClientOptions): OmneoClient {
  const {
    clock = systemClock,
    timeoutMs = 1000,
    tokens = staticTokens('acme-static-token', clock),
  } = options;
  return new OmneoClient({
    baseURL: options.baseURL,
    tokens,
    send: senderOf(options.dispatcher ?? dispatcher(timeoutMs), clock),
    clock,
    timeoutMs,
    observe: (call) => {
      options.observed?.push(call);
    },
    calls: options.calls ?? new Pace(clock),
  });
}

/** The rewards of that client's Omneo. */
export function rewardsOf(client: OmneoClient): ResourceCalls {
  return { client, kind: rewardKind };
}

export function staticTokens(token: string, clock: Clock = systemClock): TokenSource {
  const observe = { fetched: () => undefined, deviation: () => undefined, refused: () => undefined };
  return new TokenSource({ source: token, clock, random: () => 0, refusedForMs: 0, observe });
}

const dispatchers: Dispatcher[] = [];

/** A pool as the gateway's; closed at the end of the tests. */
export function dispatcher(timeoutMs = 1000): Dispatcher {
  const made = createDispatcher(timeoutMs);
  dispatchers.push(made);
  return made;
}

after(async () => {
  await Promise.all(dispatchers.map((each) => each.destroy()));
});

/** The UpstreamError that `work` ends in. */
export async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const error = await work.then(
    (value) => expect.fail(`brought ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof UpstreamError) return error;
  throw error;
}

/** What is recorded of one try to deliver a webhook. */

export type Answer = Readonly<{
  status: number;
  /** Of a success: created, duplicate or accepted. Of a failure: the code of the problem. */
  word: string;
  /** Of what was made. */
  resourceId?: number | string;
  externalId?: string;
  /** Of what is stored. */
  deliveryId?: string;
}>;

/** Why there is no answer. */
export type Silence = 'broken' | 'timed out' | 'hung up';

export type Attempt = Readonly<{
  /** Sent along as the request's id, so that the gateway's log can be found. */
  requestId: string;
  /** The replica, and the process that was in its place when the attempt began and when it ended. */
  slot: number;
  process: readonly [atFirst: number, atLast: number];
  /** Epoch milliseconds. */
  sentAt: number;
  endedAt: number;
  outcome: Answer | Silence;
}>;

/** The answer, if there was one. */
export function answerOf({ outcome }: Attempt): Answer | undefined {
  return typeof outcome === 'string' ? undefined : outcome;
}

/** What of a 200 says that what was asked for is there. */
export function toldOf(attempt: Attempt): Answer | undefined {
  const answer = answerOf(attempt);
  return answer?.status === 200 ? answer : undefined;
}

/** What of a 202 says that the webhook is stored. */
export function acceptedOf(attempt: Attempt): Answer | undefined {
  const answer = answerOf(attempt);
  return answer?.status === 202 ? answer : undefined;
}

import type { Clock } from '../lib/clock.ts';
import type { Send, UpstreamCall } from '../omneo/client/transport.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';
import type { Confidential } from '../tenants/confidential.ts';
import { type EventAnswer, eventAnswerOf } from './eventanswer.ts';
import { type KlaviyoEvent, eventBody } from './klaviyoevent.ts';

/** The revision of Klaviyo's API that is spoken: https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy. */
const revision = '2026-07-15';

/** Deadline of one call, in milliseconds. */
const timeoutMs = 10_000;

type Parts = Readonly<{
  /** Where Klaviyo's API is, without a path. */
  origin: string;
  /** Sends one request. */
  send: Send;
  clock: Pick<Clock, 'now' | 'monotonic'>;
}>;

/** Klaviyo, as far as the gateway asks something of it. */
export class KlaviyoClient {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Sends one event, once. It may be sent again whatever came of it, since its `uniqueId` makes Klaviyo record it once
   * (https://developers.klaviyo.com/en/reference/create_event). Never rejects but in a bug.
   */
  async createEvent(apiKey: Confidential, event: KlaviyoEvent): Promise<EventAnswer> {
    const { send, clock } = this.#parts;
    const deadline = clock.monotonic() + timeoutMs;
    try {
      const answer = await send(this.#call(apiKey, event), deadline);
      return eventAnswerOf(answer, clock.now());
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { result: 'unavailable' };
    }
  }

  /** As https://developers.klaviyo.com/en/docs/authenticate_ describes for private keys. */
  #call(apiKey: Confidential, event: KlaviyoEvent): UpstreamCall {
    return {
      operation: 'create_klaviyo_event',
      method: 'POST',
      origin: this.#parts.origin,
      path: '/api/events',
      headers: {
        accept: 'application/vnd.api+json',
        'accept-encoding': 'identity',
        authorization: `Klaviyo-API-Key ${apiKey.reveal()}`,
        'content-type': 'application/vnd.api+json',
        revision,
        'user-agent': 'omneo-gateway',
      },
      body: JSON.stringify(eventBody(event)),
    };
  }
}

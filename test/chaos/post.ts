/** Sends one webhook once, as Klaviyo would. */
import { type Agent, request } from 'undici';
import { kindOf } from './actions/actions.ts';
import type { Answer, Silence } from './attempt.ts';
import { type Webhook, bodyOf } from './webhook.ts';

type Options = Readonly<{
  agent: Agent;
  port: number;
  requestId: string;
  /** After so many milliseconds the caller gives the attempt up. */
  timeoutMs: number;
  /** After so many milliseconds the caller leaves without a reason. */
  hangUpMs?: number | undefined;
}>;

/** Resolves with the answer, or with the reason why there is none. */
export async function post(webhook: Webhook, options: Options): Promise<Answer | Silence> {
  const { agent, port, requestId, timeoutMs, hangUpMs = Infinity } = options;
  const patience = AbortSignal.timeout(Math.round(Math.min(timeoutMs, hangUpMs)));
  try {
    const { statusCode, body } = await request(
      `http://127.0.0.1:${port}/${webhook.tenant}/api/v1/webhooks/klaviyo/${webhook.action}`,
      {
        dispatcher: agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-omneo-secret': `${webhook.tenant}-webhook-secret-change-me`,
          'x-request-id': requestId,
        },
        body: bodyOf(webhook),
        signal: patience,
      },
    );
    return read(statusCode, JSON.parse(await body.text()), kindOf(webhook.action).idField);
  } catch (error) {
    if (patience.aborted) return hangUpMs < timeoutMs ? 'hung up' : 'timed out';
    if (error instanceof SyntaxError) throw error;
    return 'broken';
  }
}

function read(status: number, body: unknown, idField: string): Answer {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const {
    status: word,
    code,
    [idField]: resourceId,
    external_id: externalId,
    delivery_id: deliveryId,
  } = fields;
  return {
    status,
    word: String(status < 300 ? word : code),
    ...((typeof resourceId === 'number' || typeof resourceId === 'string') && { resourceId }),
    ...(typeof externalId === 'string' && { externalId }),
    ...(typeof deliveryId === 'string' && { deliveryId }),
  };
}

import { retried } from './klaviyo.ts';

type Delivery<Webhook> = { webhook: Webhook; retries: number };

/** How the deliveries of a crowd ended. */
export type Ending<Webhook, Reply> = Readonly<{ webhook: Webhook; reply: Reply; retries: number }>;

/**
 * More than Klaviyo's, who gives up after 17. Where one call in five fails, so do six in ten attempts that take four calls,
 * and of thousands of webhooks one may have 17 of these in a row by chance.
 */
const patientRetries = 60;

/**
 * Milliseconds before the `retry`-th retry, from 1: a day of Klaviyo's in two minutes. The late ones are farther apart
 * than a settle window, as Klaviyo's are: each of them may create.
 */
const spacing = (retry: number, settleWindowMs: number): number =>
  Math.min(400 * 2 ** (retry - 1), settleWindowMs + 1_000);

/**
 * Delivers each webhook as Klaviyo does, but for its patience: so many at once, each again and again while it is answered
 * so, the others going on meanwhile.
 */
export async function deliver<Webhook, Reply extends { status: number }>(
  webhooks: readonly Webhook[],
  { atOnce, settleWindowMs }: Readonly<{ atOnce: number; settleWindowMs: number }>,
  post: (webhook: Webhook) => Promise<Reply>,
): Promise<Ending<Webhook, Reply>[]> {
  const ready: Delivery<Webhook>[] = webhooks.map((webhook) => ({ webhook, retries: 0 })).reverse();
  const endings: Ending<Webhook, Reply>[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let underWay = 0;

  const attempt = async (delivery: Delivery<Webhook>): Promise<void> => {
    const reply = await post(delivery.webhook);
    underWay -= 1;
    if (retried.has(reply.status) && delivery.retries < patientRetries) {
      delivery.retries += 1;
      setTimeout(
        () => {
          ready.push(delivery);
          fill();
        },
        spacing(delivery.retries, settleWindowMs),
      );
    } else {
      endings.push({ ...delivery, reply });
    }
    if (endings.length === webhooks.length) resolve(undefined);
    else fill();
  };
  const fill = (): void => {
    while (underWay < atOnce) {
      const next = ready.pop();
      if (next === undefined) return;
      underWay += 1;
      attempt(next).catch(reject);
    }
  };
  fill();
  await promise;
  return endings;
}

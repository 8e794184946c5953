/** Sends all webhooks of a plan, each when it is due. */
import type { Delivery } from './caller.ts';
import { pause } from './pause.ts';
import type { Webhook } from './webhook.ts';

type Options = Readonly<{
  deliver: (webhook: Webhook) => Promise<Delivery>;
  /** How long after the other one's 200 or 202 a twin is sent, in milliseconds. */
  apartMs: number;
  ended: AbortSignal;
}>;

/** Resolves when every webhook has been delivered, given up, or cut off by the end of the run. */
export async function campaign(webhooks: readonly Webhook[], options: Options): Promise<Delivery[]> {
  const begun = performance.now();
  const deliveries = new Map<number, Promise<Delivery>>();
  for (const webhook of [...webhooks].sort((a, b) => a.at - b.at || a.n - b.n)) {
    const left = webhook.at - (performance.now() - begun);
    if (left > 1) await pause(left, options.ended);
    const other = webhook.twinOf === undefined ? undefined : deliveries.get(webhook.twinOf);
    deliveries.set(webhook.n, other ? afterwards(other, webhook, options) : options.deliver(webhook));
  }
  return Promise.all(deliveries.values());
}

/** A twin of a webhook that was told neither 200 nor 202 would be a retry of it: it is not sent. */
async function afterwards(other: Promise<Delivery>, webhook: Webhook, options: Options): Promise<Delivery> {
  const { end } = await other;
  if (end !== 'told' && end !== 'accepted') return { webhook, attempts: [], end: 'unsent' };
  await pause(options.apartMs, options.ended);
  return options.deliver(webhook);
}

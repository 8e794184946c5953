/** Webhooks that go on coming while something is changed. */
import type { Gateway } from './gateway.ts';
import { eventually } from './time.ts';

export type Traffic = {
  /** The secret that webhooks have from now on. */
  use(secret: string): void;
  /** Resolves when so many were answered. */
  atLeast(answered: number): Promise<void>;
  /** Resolves when all that were under way when it was called are answered. */
  idleOnce(): Promise<void>;
  /** No more webhooks; resolves with the status of every answer. */
  stop(): Promise<readonly number[]>;
};

const senders = 4;

/** Posts webhooks for one tenant, some at a time, to all gateways in turn. */
export function startTraffic(gateways: readonly Gateway[], slug: string, first: string): Traffic {
  const statuses: number[] = [];
  let [secret, running] = [first, true];
  const underWay = new Set<Promise<void>>();
  const one = async (gateway: Gateway): Promise<void> => {
    const { status } = await gateway.post(slug, { secret });
    statuses.push(status);
  };
  const send = async (sender: number): Promise<void> => {
    for (let turn = sender; running; turn++) {
      const gateway = gateways[turn % gateways.length];
      if (!gateway) return;
      const sent = one(gateway);
      underWay.add(sent);
      await sent;
      underWay.delete(sent);
    }
  };
  const all = Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  return {
    use(next) {
      secret = next;
    },
    async atLeast(answered) {
      await eventually(`${answered} answers`, () => statuses.length >= answered, { timeoutMs: 60_000 });
    },
    idleOnce: async () => {
      await Promise.all(underWay);
    },
    async stop() {
      running = false;
      await all;
      return statuses;
    },
  };
}

/** A TCP proxy on every link: from the caller to each replica, from each replica to the ledger and to Omneo. */
import { startProxy } from '../e2e/proxy.ts';
import type { Proxy } from '../e2e/proxy.ts';
import type { LinkFault, LinkName } from './injections.ts';

const slowBytesPerSecond = 2_000;

export type Links = Readonly<{
  /** The port at which the other side of a replica's link is reached. */
  port: (link: LinkName, slot: number) => number;
  /** Breaks a link for so long. */
  fault: (link: LinkName, slot: number, fault: LinkFault, forMs: number) => Promise<void>;
  close: () => Promise<void>;
}>;

type Ports = Readonly<Record<LinkName, (slot: number) => number>>;

/** Starts the proxies of so many replicas; `ports` says where each link leads. */
export async function startLinks(
  ports: Ports,
  replicas: number,
  pause: (ms: number) => Promise<void>,
): Promise<Links> {
  const start = (link: LinkName): Promise<Proxy[]> =>
    Promise.all(
      Array.from({ length: replicas }, (_, slot) =>
        startProxy({ target: { host: '127.0.0.1', port: ports[link](slot) } }),
      ),
    );
  const links = {
    caller: await start('caller'),
    ledger: await start('ledger'),
    omneo: await start('omneo'),
  };
  const proxyOf = (link: LinkName, slot: number): Proxy => {
    const proxy = links[link][slot];
    if (!proxy) throw new Error(`there is no replica ${slot}`);
    return proxy;
  };
  return {
    port: (link, slot) => proxyOf(link, slot).port,
    async fault(link, slot, fault, forMs) {
      const proxy = proxyOf(link, slot);
      await strike(proxy, fault);
      await pause(forMs);
      await proxy.pass();
    },
    close: async () => {
      await Promise.all(Object.values(links).flatMap((all) => all.map((one) => one.close())));
    },
  };
}

async function strike(proxy: Proxy, fault: LinkFault): Promise<void> {
  switch (fault) {
    case 'cut':
      await proxy.cut();
      return;
    case 'reset':
      proxy.reset();
      return;
    case 'stall':
      await proxy.stall();
      return;
    case 'stallDown':
      await proxy.stallDown();
      return;
    case 'slow':
      await proxy.slow(slowBytesPerSecond);
      return;
  }
}

import { HttpMethod, KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../../../src/sources/kubernetes/api/client.ts';
import { KubeConnection } from '../../../src/sources/kubernetes/api/connection.ts';
import type { Observe } from '../../../src/sources/kubernetes/observe.ts';
import type { Log } from '../../../src/lib/log.ts';
import { FakeApi } from './fakeapi.ts';
import { FakeClock } from './fakeclock.ts';

export { HttpMethod };

export type Line = { level: string; fields: Record<string, unknown>; message: string };

/** A log that keeps its lines. */
export function keptLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function nameOf({ name, namespace }: Readonly<{ name: string; namespace: string }>): string {
  return namespace === '' ? name : `${name} in ${namespace}`;
}

/** What was observed, as `<name> <label>…` and how often; for gauges, the last value. */
export function keptObserve() {
  const counts = new Map<string, number>();
  const gauges = new Map<string, number | boolean>();
  const count = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const observe: Observe = {
    reconciled: (result) => {
      count(`reconciled ${result}`);
    },
    queueDepth: (depth) => gauges.set('depth', depth),
    synced: (collection, synced) => gauges.set(`synced ${nameOf(collection)}`, synced),
    contact: (collection, timestamp) => gauges.set(`contact ${nameOf(collection)}`, timestamp),
    restarted: (collection, reason) => {
      count(`restarted ${nameOf(collection)} ${reason}`);
    },
    statusWritten: (result) => {
      count(`status ${result}`);
    },
    leader: (leading) => gauges.set('leader', leading),
  };
  return { observe, counts, gauges };
}

/** A KubeConfig for a server without TLS. */
export function configOf(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'fake', server, skipTLSVerify: true },
    { name: 'gateway', token: 'token-1' },
  );
  return config;
}

/** A fake API server, a clock and a client between them. */
export async function startWorld() {
  const api = await new FakeApi().start();
  const clock = new FakeClock();
  const log = keptLog();
  const client = new KubeClient({ connection: new KubeConnection(configOf(api.url)), clock });
  return { api, clock, log, client, ...keptObserve() };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

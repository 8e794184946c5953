import { createServer } from 'node:http';
import type { FaultRule } from './faults.ts';
import type { Call } from './journal.ts';
import type { Reward } from './rewards.ts';
import type { Credentials, ProfileSeed, TenantSeed } from './seeds.ts';
import type { Switches } from './switches.ts';

export type SandboxOptions = Partial<Switches> & {
  /** 0, the default, takes a free one. */
  port?: number;
  host?: '127.0.0.1';
  /** Of the generator behind ids, tokens and probabilities; default 1. */
  seed?: number;
  tenants?: TenantSeed[];
  /** Epoch milliseconds; default Date.now. */
  now?: () => number;
};

export type Sandbox = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** `http://127.0.0.1:PORT/<tenant>/api/v3` */
  baseURL(tenant: string): string;
  /** What the tenant holds now, in order of commit; deleted ones are gone. */
  rewards(tenant: string): Reward[];
  /** Calls by "tenant operation", such as "acme rewards.create". */
  calls(): Record<string, number>;
  /** Calls by "tenant operation status", such as "acme rewards.create 201". */
  statuses(): Record<string, number>;
  /** Every call in the order in which they ended. */
  requests(): Call[];
  setFaults(rules: FaultRule[]): void;
  setOption(switches: Partial<Switches>): void;
  addProfiles(tenant: string, profiles: ProfileSeed[]): void;
  /** Replaces client, user and static tokens; tokens that were issued before stay good. */
  rotateCredentials(tenant: string, credentials: Credentials): void;
  /** Makes every token invalid, issued and static. */
  revokeTokens(tenant: string): void;
  /** Back to the state at the start: seeds, switches, no rewards, no faults, no counts. */
  reset(): void;
  /** Stops at once, cutting connections that hang. */
  close(): Promise<void>;
};

/** Starts an Omneo that listens on the loopback address. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const server = createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP address.');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    port: address.port,
    baseURL: (tenant) => `${url}/${tenant}/api/v3`,
    rewards: () => [],
    calls: () => ({}),
    statuses: () => ({}),
    requests: () => [],
    setFaults: () => undefined,
    setOption: () => undefined,
    addProfiles: () => undefined,
    rotateCredentials: () => undefined,
    revokeTokens: () => undefined,
    reset: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

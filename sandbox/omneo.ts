import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Attribute } from './attributes.ts';
import type { Benefit } from './benefits.ts';
import type { Credit } from './credits.ts';
import { armFaults, type FaultRule } from './faults.ts';
import { parseFaultRules } from './faultrules.ts';
import { inspect } from './inspect.ts';
import { close, host, listen } from './loopback.ts';
import type { Interaction } from './interactions.ts';
import { createEventApi, type EventApi } from './klaviyo/eventapi.ts';
import type { RecordedEvent } from './klaviyo/recordedevents.ts';
import type { Call } from './journal.ts';
import { seededRandom } from './random.ts';
import type { Reward } from './rewards.ts';
import type { Credentials, DefinitionSeed, ProfileSeed } from './seeds.ts';
import { askFrom, serve } from './serve.ts';
import { switchesFrom, type Switches } from './switches.ts';
import { transmit } from './transmit.ts';
import { createWorld, tenantOf, type World, type WorldOptions } from './world.ts';

export type SandboxOptions = WorldOptions & {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Private API keys with which the Klaviyo beside Omneo takes events; default none. */
  klaviyoKeys?: string[];
};

export type Sandbox = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** `http://127.0.0.1:PORT/<tenant>/api/v3` */
  baseURL: (tenant: string) => string;
  /** What the tenant holds now, in order of commit; deleted ones are gone. */
  rewards: (tenant: string) => Reward[];
  benefits: (tenant: string) => Benefit[];
  credits: (tenant: string) => Credit[];
  interactions: (tenant: string) => Interaction[];
  /** The attributes that the tenant's profiles have now. */
  attributes: (tenant: string) => Attribute[];
  /** What Klaviyo was told, at `/api/events`. */
  events: () => RecordedEvent[];
  /** Every value that an attribute of the tenant's profiles was set to, the oldest first. */
  attributeHistory: (tenant: string) => Attribute[];
  /** Calls by "tenant operation", such as "acme rewards.create". */
  calls: () => Record<string, number>;
  /** Calls by "tenant operation status", such as "acme rewards.create 201". */
  statuses: () => Record<string, number>;
  /** Every call, in the order in which they were decided. */
  requests: () => Call[];
  /** Replaces all rules. */
  setFaults: (rules: FaultRule[]) => void;
  setOption: (switches: Partial<Switches>) => void;
  addProfiles: (tenant: string, profiles: ProfileSeed[]) => void;
  addDefinitions: (tenant: string, definitions: DefinitionSeed[]) => void;
  /** Replaces client, user and static tokens; tokens that were issued before stay good. */
  rotateCredentials: (tenant: string, credentials: Credentials) => void;
  /** Makes every token invalid, issued and static. */
  revokeTokens: (tenant: string) => void;
  /** Back to the state at the start: seeds, switches, no rewards, no faults, no counts. */
  reset: () => void;
  /** Stops at once, cutting connections that hang. */
  close: () => Promise<void>;
};

/** What can be done to the sandbox from outside, apart from calling it. */
function controls(
  world: World,
  klaviyo: EventApi,
  options: SandboxOptions,
): Omit<Sandbox, 'url' | 'port' | 'baseURL' | 'close'> {
  return {
    rewards: (name) => tenantOf(world, name).rewards.all(),
    benefits: (name) => tenantOf(world, name).benefits.all(),
    credits: (name) => tenantOf(world, name).credits.all(),
    interactions: (name) => tenantOf(world, name).interactions.all(),
    attributes: (name) => tenantOf(world, name).attributes.all(),
    attributeHistory: (name) => tenantOf(world, name).attributes.history(),
    events: () => klaviyo.events(),
    calls: () => world.journal.byOperation(),
    statuses: () => world.journal.byStatus(),
    requests: () => world.journal.calls(),
    setFaults(rules) {
      // A generator of its own: which calls fail must not hang on how many ids were made before.
      world.faults = armFaults(parseFaultRules(rules), seededRandom((options.seed ?? 1) + 1));
    },
    setOption(switches) {
      world.switches = switchesFrom(switches, world.switches);
    },
    addProfiles(name, profiles) {
      const tenant = tenantOf(world, name);
      for (const profile of profiles) tenant.profiles.put(profile);
    },
    addDefinitions(name, definitions) {
      tenantOf(world, name).definitions.push(...definitions);
    },
    rotateCredentials(name, credentials) {
      tenantOf(world, name).tokens.rotate(credentials);
    },
    revokeTokens(name) {
      tenantOf(world, name).tokens.revoke();
    },
    reset() {
      Object.assign(world, createWorld(options));
      klaviyo.reset();
    },
  };
}

/** Starts an Omneo that listens on the loopback address, with a Klaviyo beside it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port: wanted = 0, klaviyoKeys = [], ...nature } = options;
  const world = createWorld(nature);
  const klaviyo = createEventApi({ keys: klaviyoKeys, ...(nature.now && { now: nature.now }) });
  const server = createServer();
  // Only faults may cut a connection.
  server.keepAliveTimeout = 0;
  const port = await listen(server, wanted);
  const url = `http://${host}:${port}`;
  const sandbox: Sandbox = {
    url,
    port,
    baseURL: (tenant) => `${url}/${tenant}/api/v3`,
    ...controls(world, klaviyo, nature),
    close: () => close(server),
  };
  const serveInspection = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ask = await askFrom(request);
    await transmit(response, inspect(sandbox, request.method ?? '', ask), undefined);
  };
  const serveOmneo = (request: IncomingMessage, response: ServerResponse) => serve(world, request, response);
  const serverOf = (url: string) => {
    if (/^\/_sandbox(?![^/?])/.test(url)) return serveInspection;
    return url.startsWith('/api/') ? klaviyo.serve : serveOmneo;
  };
  server.on('request', (request, response) => {
    const served = serverOf(request.url ?? '')(request, response);
    // What fails here is a caller that left in the middle of its own request.
    served.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  return sandbox;
}

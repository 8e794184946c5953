import { Agent, request } from 'undici';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/omneo.ts';
import type { TenantSeed } from '../../sandbox/seeds.ts';

export const ada = '11111111-1111-4111-8111-111111111111';
export const gone = '22222222-2222-4222-8222-222222222222';

export const acme: TenantSeed = {
  name: 'acme',
  credentials: {
    clientId: 'id',
    clientSecret: 'secret',
    username: 'user',
    password: 'pass',
    tokens: ['static'],
  },
  profiles: [
    {
      id: ada,
      email: 'Ada+x@example.com',
      firstName: 'Ada',
      identities: [{ handle: 'klaviyo', identifier: 'K1' }],
    },
    {
      id: gone,
      email: 'gone@example.com',
      identities: [{ handle: 'klaviyo', identifier: 'K2' }],
      profileType: 'deleted',
    },
  ],
  definitions: [
    { id: 42, handle: 'winback', maxValue: 100 },
    { id: 6, handle: 'birthday' },
  ],
};

export const other: TenantSeed = {
  name: 'other',
  credentials: { clientId: 'id2', clientSecret: 'secret2', tokens: ['static2'] },
  tokenLifetimeSeconds: null,
  profiles: [],
};

/** The fields of a reward that is in order. */
export const reward = (more: Record<string, unknown> = {}) => ({
  profile_id: ada,
  timezone: 'UTC',
  reward_definition_id: 42,
  value_initial: 10,
  value_remaining: 10,
  ...more,
});

export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; undefined if it is none. */
  json: unknown;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A sandbox of its own, and a client with a token for it; `tick` moves its clock by milliseconds. */
export async function callSandbox(options: SandboxOptions = {}) {
  let time = Date.parse('2026-01-15T12:00:00Z');
  const sandbox: Sandbox = await startSandbox({ tenants: [acme, other], now: () => time, ...options });
  const dispatcher = new Agent({ pipelining: 1 });

  async function call(method: string, path: string, body?: unknown, token = 'static'): Promise<Reply> {
    const isForm = body instanceof URLSearchParams;
    const url = path.startsWith('/_sandbox') ? `${sandbox.url}${path}` : `${sandbox.baseURL('acme')}${path}`;
    const response = await request(path.startsWith('http') ? path : url, {
      dispatcher,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      },
      ...(body === undefined ? {} : { body: isForm ? body.toString() : JSON.stringify(body) }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
  }

  return {
    sandbox,
    call,
    tick(ms: number) {
      time += ms;
    },
    async close() {
      await sandbox.close();
      await dispatcher.destroy();
    },
  };
}

export type Caller = Awaited<ReturnType<typeof callSandbox>>;

/** The `data` of an answer. */
export const dataOf = (reply: Reply) => (reply.json as { data: unknown }).data;

/** The rows of a list's answer. */
export const rowsOf = (reply: Reply) => dataOf(reply) as Record<string, unknown>[];

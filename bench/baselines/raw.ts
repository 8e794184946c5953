/** As little as can be: node:http and undici, the same calls to Omneo, and none of what makes them safe. */
import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, createServer } from 'node:http';
import { Agent, request } from 'undici';

const { PORT, UPSTREAM = '', WEBHOOK_SECRET = '' } = process.env;
const dispatcher = new Agent({ allowH2: false });
const secret = Buffer.from(WEBHOOK_SECRET);
const path = '/tenant-0/api/v1/webhooks/klaviyo/rewards';
const headers = {
  accept: 'application/json',
  authorization: 'Bearer bench-token',
  'content-type': 'application/json',
};

type Webhook = { id: string; person_id: string; data: { reward_definition_id: number; amount: number } };

async function call<Answer>(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer> {
  const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await request(UPSTREAM + url, { ...options, headers, dispatcher });
  if (answer.statusCode >= 300) throw new Error(`Omneo answered ${answer.statusCode}`);
  return (await answer.body.json()) as Answer;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function issue(webhook: Webhook): Promise<object> {
  const { reward_definition_id, amount, ...rest } = webhook.data;
  const [{ data: profile }, { data: known }] = await Promise.all([
    call<{ data: { id: string } }>('POST', '/profiles/search-id', { type: 'klaviyo', id: webhook.person_id }),
    call<{ data: { id: number }[] }>('GET', `/rewards?filter[external_id]=${encodeURIComponent(webhook.id)}`),
  ]);
  const [first] = known;
  if (first !== undefined) return { status: 'duplicate', reward_id: first.id };
  const { data: created } = await call<{ data: { id: number } }>('POST', '/rewards', {
    ...rest,
    profile_id: profile.id,
    external_id: webhook.id,
    reward_definition_id,
    value_initial: amount,
    value_remaining: amount,
    timezone: 'UTC',
  });
  return { status: 'created', reward_id: created.id };
}

function isAuthentic({ headers: { 'x-omneo-secret': sent } }: IncomingMessage): boolean {
  const given = Buffer.from(String(sent));
  return given.length === secret.length && timingSafeEqual(given, secret);
}

async function answer(incoming: IncomingMessage): Promise<readonly [status: number, body: object]> {
  if (incoming.method !== 'POST' || incoming.url !== path) return [404, { error: 'not found' }];
  if (!isAuthentic(incoming)) return [401, { error: 'unauthorized' }];
  try {
    return [200, await issue(JSON.parse(await readBody(incoming)) as Webhook)];
  } catch (error) {
    return [502, { error: String(error) }];
  }
}

createServer((incoming, response) => {
  void answer(incoming).then(([status, body]) => {
    const text = JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  });
}).listen(Number(PORT), '127.0.0.1');

/** Fastify as its manual shows it: schemas for the body and the answer, its logger on, undici, prom-client. */
import { timingSafeEqual } from 'node:crypto';
import { fastify } from 'fastify';
import { Counter, Histogram, register } from 'prom-client';
import { Agent, request } from 'undici';

const { PORT, UPSTREAM = '', WEBHOOK_SECRET = '' } = process.env;
const dispatcher = new Agent({ allowH2: false });
const secret = Buffer.from(WEBHOOK_SECRET);
const app = fastify({ logger: true });
const webhooks = new Counter({ name: 'webhooks_total', help: 'Webhooks.', labelNames: ['code'] });
const durations = new Histogram({ name: 'webhook_seconds', help: 'Duration.', labelNames: ['code'] });
const headers = {
  accept: 'application/json',
  authorization: 'Bearer bench-token',
  'content-type': 'application/json',
};

type Webhook = {
  id: string;
  person_id: string;
  data: { reward_definition_id: number; amount: number };
};

const schema = {
  body: {
    type: 'object',
    required: ['id', 'person_id', 'email', 'data'],
    properties: {
      id: { type: 'string', minLength: 1, maxLength: 255 },
      person_id: { type: 'string', minLength: 1, maxLength: 255 },
      email: { type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$' },
      data: {
        type: 'object',
        required: ['reward_definition_id', 'amount'],
        properties: {
          reward_definition_id: { type: 'integer', minimum: 1 },
          amount: { type: 'number', exclusiveMinimum: 0 },
          meta: { type: 'object' },
        },
      },
    },
  },
  response: {
    200: {
      type: 'object',
      properties: {
        status: { type: 'string' },
        reward_id: { type: 'integer' },
        external_id: { type: 'string' },
      },
    },
  },
};

async function call<Answer>(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer> {
  const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await request(UPSTREAM + url, { ...options, headers, dispatcher });
  if (answer.statusCode >= 300) throw new Error(`Omneo answered ${answer.statusCode}`);
  return (await answer.body.json()) as Answer;
}

app.setErrorHandler((error, _, reply) => {
  const status = error.statusCode ?? 502;
  reply.code(status).send({ error: error.message });
});

// eslint-disable-next-line @typescript-eslint/require-await -- Fastify's hooks are asynchronous
app.addHook('onResponse', async (_, reply) => {
  webhooks.inc({ code: reply.statusCode });
  durations.observe({ code: reply.statusCode }, reply.elapsedTime / 1000);
});

app.get('/metrics', () => register.metrics());

app.post(
  '/tenant-0/api/v1/webhooks/klaviyo/rewards',
  {
    schema,
    // eslint-disable-next-line @typescript-eslint/require-await -- Fastify's hooks are asynchronous
    onRequest: async ({ headers: sent }, reply) => {
      const given = Buffer.from(sent['x-omneo-secret'] ?? '');
      if (given.length === secret.length && timingSafeEqual(given, secret)) return;
      return reply.code(401).send({ error: 'unauthorized' });
    },
  },
  async ({ body }) => {
    const { id, person_id, data } = body as Webhook;
    const { reward_definition_id, amount, ...rest } = data;
    const [{ data: profile }, { data: known }] = await Promise.all([
      call<{ data: { id: string } }>('POST', '/profiles/search-id', { type: 'klaviyo', id: person_id }),
      call<{ data: { id: number }[] }>('GET', `/rewards?filter[external_id]=${encodeURIComponent(id)}`),
    ]);
    const [first] = known;
    if (first !== undefined) return { status: 'duplicate', reward_id: first.id, external_id: id };
    const { data: created } = await call<{ data: { id: number } }>('POST', '/rewards', {
      ...rest,
      profile_id: profile.id,
      external_id: id,
      reward_definition_id,
      value_initial: amount,
      value_remaining: amount,
      timezone: 'UTC',
    });
    return { status: 'created', reward_id: created.id, external_id: id };
  },
);

await app.listen({ port: Number(PORT), host: '127.0.0.1' });

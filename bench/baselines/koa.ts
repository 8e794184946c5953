/**
 * What one would write in an afternoon with koa, koa-bodyparser, yup and prom-client: Node's own fetch, a console
 * line per webhook, and an object in memory against duplicates. `CLIENT=undici` takes undici instead of fetch.
 */
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { bodyParser } from 'koa-bodyparser';
import { Counter, Histogram, collectDefaultMetrics, register } from 'prom-client';
import { Agent, request } from 'undici';
import * as yup from 'yup';

const { PORT, UPSTREAM = '', WEBHOOK_SECRET, CLIENT = 'fetch' } = process.env;
const headers = {
  accept: 'application/json',
  authorization: 'Bearer bench-token',
  'content-type': 'application/json',
};

const schema = yup.object({
  id: yup.string().max(255).required(),
  person_id: yup.string().max(255).required(),
  email: yup.string().email().required(),
  data: yup
    .object({
      reward_definition_id: yup.number().integer().positive().required(),
      amount: yup.number().positive().required(),
      meta: yup.object(),
    })
    .required(),
});

collectDefaultMetrics();
const webhooks = new Counter({ name: 'webhooks_total', help: 'Webhooks.', labelNames: ['tenant', 'code'] });
const durations = new Histogram({ name: 'webhook_seconds', help: 'Duration.', labelNames: ['code'] });

const dispatcher = new Agent({ allowH2: false });
const issued = new Map<string, number>();

async function call<Answer>(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer> {
  const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  if (CLIENT === 'undici') {
    const answer = await request(UPSTREAM + url, { ...options, headers, dispatcher });
    if (answer.statusCode >= 300) throw new Error(`Omneo answered ${answer.statusCode}`);
    return (await answer.body.json()) as Answer;
  }
  const answer = await fetch(UPSTREAM + url, { ...options, headers });
  if (!answer.ok) throw new Error(`Omneo answered ${answer.status}`);
  return (await answer.json()) as Answer;
}

async function issue(ctx: Context): Promise<object> {
  const { id, person_id, data } = await schema.validate(ctx.request.body, { abortEarly: false });
  const before = issued.get(id);
  if (before !== undefined) return { status: 'duplicate', reward_id: before };
  const [{ data: profile }, { data: known }] = await Promise.all([
    call<{ data: { id: string } }>('POST', '/profiles/search-id', { type: 'klaviyo', id: person_id }),
    call<{ data: { id: number }[] }>('GET', `/rewards?filter[external_id]=${encodeURIComponent(id)}`),
  ]);
  const [first] = known;
  if (first !== undefined) return { status: 'duplicate', reward_id: first.id };
  const { reward_definition_id, amount, ...rest } = data;
  const { data: created } = await call<{ data: { id: number } }>('POST', '/rewards', {
    ...rest,
    profile_id: profile.id,
    external_id: id,
    reward_definition_id,
    value_initial: amount,
    value_remaining: amount,
    timezone: 'UTC',
  });
  issued.set(id, created.id);
  return { status: 'created', reward_id: created.id };
}

const app = new Koa();
const router = new Router();

app.use(async (ctx, next) => {
  const end = durations.startTimer();
  try {
    await next();
  } catch (error) {
    ctx.status = error instanceof yup.ValidationError ? 400 : 502;
    ctx.body = { error: String(error) };
  }
  webhooks.inc({ tenant: 'tenant-0', code: ctx.status });
  end({ code: ctx.status });
  console.log(JSON.stringify({ time: new Date(), method: ctx.method, path: ctx.path, status: ctx.status }));
});
app.use(bodyParser());
router.post('/:tenant/api/v1/webhooks/klaviyo/rewards', async (ctx) => {
  if (ctx.get('x-omneo-secret') !== WEBHOOK_SECRET) {
    ctx.status = 401;
    ctx.body = { error: 'unauthorized' };
    return;
  }
  ctx.body = await issue(ctx);
});
router.get('/metrics', async (ctx) => {
  ctx.body = await register.metrics();
});
app.use(router.routes());
app.listen(Number(PORT), '127.0.0.1');

import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { deflateSync, gzipSync } from 'node:zlib';
import Koa from 'koa';
import { type Random, seededRandom } from '../sandbox/random.ts';
import { readBody } from '../src/http/body/body.ts';
import { LocalTimes } from '../src/actions/localtimes.ts';
import { toReward } from '../src/actions/rewards/rewardsaction.ts';
import { toIdempotentRequest } from '../src/delivery/idempotentrequest.ts';
import { rewardRequestOf } from './support/rewards.ts';
import { parseWebhook } from '../src/actions/rewards/payload.ts';
import { Problem } from '../src/lib/problem.ts';
import { Confidential } from '../src/tenants/confidential.ts';
import type { Tenant } from '../src/tenants/tenant.ts';

/** Part of every value that is generated, and of nothing that the gateway says. */
const mark = 'Zq7';
const numericMark = 739_155;

const localTimes = new LocalTimes();

const tenant: Tenant = Object.freeze({
  slug: 'acme',
  key: 'default/acme',
  webhookSecrets: [],
  omneo: {
    baseURL: 'https://omneo.example',
    credentials: { kind: 'token', token: new Confidential('token') } as const,
  },
  klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: ['rewards'] } as const,
  rewards: { timezone: 'UTC' },
  limits: {},
  delivery: { isDurable: false, waitsForProfile: false, giveUpAfterMs: 259_200_000 },
});

export type Finding = Readonly<{ reason: string; payload: Buffer }>;
export type Result = Readonly<{
  payloads: number;
  accepted: number;
  perSecond: number;
  finding: Finding | null;
}>;

/** Sends so many made-up bodies through reading, understanding and naming; stops at the first finding. */
export async function fuzz(count: number, seed: number): Promise<Result> {
  const app = new Koa();
  const maker = new Maker(seed);
  const begun = performance.now();
  let accepted = 0;
  let payloads = 0;
  let reason: string | null = null;
  let payload: Buffer = Buffer.alloc(0);
  while (payloads < count && reason === null) {
    payloads += 1;
    const body = maker.body();
    ({ payload } = body);
    const verdict = await judge(app, body);
    if (verdict === 'accepted') accepted += 1;
    else reason = verdict;
  }
  const perSecond = Math.round((payloads / (performance.now() - begun)) * 1000);
  return { payloads, accepted, perSecond, finding: reason === null ? null : { reason, payload } };
}

type Body = Readonly<{ payload: Buffer; encoding: string | undefined; identifiers: 'both' | 'any' }>;

/** "accepted", null for a refusal as it should be, or what is wrong. */
async function judge(app: Koa, { payload, encoding, identifiers }: Body): Promise<string | null> {
  let verdict: string | null = null;
  try {
    const { json, raw } = await readBody(contextOf(app, payload, encoding));
    const webhook = parseWebhook(json, identifiers);
    const request = rewardRequestOf(webhook, tenant);
    const { externalId } = toIdempotentRequest(tenant, request, raw, 'request-1').entry;
    JSON.stringify(toReward(webhook, tenant, { profileId: 'p', externalId, now: 0, localTimes }));
    verdict = 'accepted';
  } catch (error) {
    if (!(error instanceof Problem)) return `threw ${error instanceof Error ? error.name : typeof error}`;
    const isCutOff = encoding !== undefined && error.code === 'not_ready';
    if ((error.status < 400 || error.status > 415) && !isCutOff)
      return `answered ${error.status} ${error.code}`;
    const said = JSON.stringify(error.body('request-id'));
    if (said.includes(mark) || said.includes(String(numericMark))) return 'echoed a value';
  }
  for (const name in {}) return `left ${name.slice(0, 20)} on Object.prototype`;
  return verdict;
}

function contextOf(app: Koa, payload: Buffer, encoding: string | undefined): Koa.Context {
  const headers = {
    'content-type': 'application/json',
    'content-length': String(payload.length),
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  };
  const half = payload.length >> 1;
  const chunks = [payload.subarray(0, half), payload.subarray(half)].filter((chunk) => chunk.length > 0);
  const request = Object.assign(Readable.from(chunks, { objectMode: false }), {
    headers,
    method: 'POST',
    url: '/acme/api/v1/webhooks/klaviyo/rewards',
    complete: true,
  });
  return app.createContext(
    request as unknown as IncomingMessage,
    { req: request } as unknown as ServerResponse,
  );
}

const names = [
  ...['id', 'person_id', 'email', 'data', 'reward_definition_id', 'amount', 'meta', 'timezone'],
  ...['issued_at', 'expires_at', 'profile_id', 'external_id', 'value_initial', 'value_remaining'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then'],
  ...['__defineGetter__', 'length', '0', '', 'data.amount', 'data[0]', '\u0000', '${value}', '%s'],
];

const residues = [
  ...['{{ person.email }}', "{{ person.email|default:'' }}", '{% if x %}', '}}', '{{', '&amp;', '&#39;'],
  ...['None', 'none', '', ' ', '\t\n', 'NaN', 'Infinity', '$25.00', '1,000', '1e3', '0x10', '25.0', ' 25 '],
  ...[
    "{'a': None}",
    'True',
    '\u2028',
    '\ufeff',
    '\ud800',
    '\udfff',
    '\ufffd',
    '\u0000',
    '😀',
    'é',
    '٣',
    '％',
  ],
  ...['Australia/Melbourne', '+10:00', '2026-01-01 00:00:00', '[object Object]', '${value}', '../..', '%2F'],
];

const numbers = [
  ...['0', '-0', '1', '-1', '42', '1.5', '1e308', '1e309', '-1e400', '1e-400', '9007199254740993'],
  ...['0.1', '123456789012345678901234567890', '1E+2', '4.9e-324', '0.30000000000000004'],
];

const mistakes = [
  ',',
  ':',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u',
  '\\ud8',
  '/',
  'NaN',
  '-',
  '01',
  '\u0000',
  "'",
  '{{ x }}',
];

/** Makes bodies; the same seed makes the same ones. */
class Maker {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  body(): Body {
    const plain = this.#plain();
    const encoding = this.#oneIn(40) ? this.#pick(['gzip', 'deflate']) : undefined;
    let payload = plain;
    if (encoding !== undefined) payload = (encoding === 'gzip' ? gzipSync : deflateSync)(plain);
    if (encoding !== undefined && this.#oneIn(2)) payload = this.#damage(payload);
    return { payload, encoding, identifiers: this.#pick(['both', 'any']) };
  }

  #plain(): Buffer {
    if (this.#oneIn(50)) return Buffer.from(Array.from({ length: this.#below(200) }, () => this.#below(256)));
    if (this.#oneIn(500)) return Buffer.from(this.#nested(this.#below(12_000)));
    if (this.#oneIn(2000)) return Buffer.alloc(65_530 + this.#below(12), 0x20);
    const text = this.#oneIn(8) ? this.#value(0) : this.#webhook();
    const mutated = this.#oneIn(3) ? this.#mutate(text) : text;
    const bytes = Buffer.from(mutated);
    return this.#oneIn(12) ? this.#damage(bytes) : bytes;
  }

  /** A webhook, right but for some fields. */
  #webhook(): string {
    const often = (right: string): string => (this.#oneIn(5) ? this.#value(1) : right);
    const person = [
      `"id":${often(this.#oneIn(3) ? '""' : this.#quoted(`${mark}-${this.#below(1e9)}`))}`,
      `"person_id":${often(this.#quoted(`01${mark}ADA`))}`,
      `"email":${often(this.#quoted(`${mark}@example.com`))}`,
    ];
    const data = [
      `"reward_definition_id":${often(this.#pick(['42', '"42"', '"42.0"', String(numericMark)]))}`,
      `"amount":${often(this.#pick(['10', '"25.0"', '" 25 "', '0.5', `${numericMark}.25`]))}`,
      ...this.#members(this.#below(3)),
    ];
    const all = [...person, `"data":${often(`{${data.join(',')}}`)}`, ...this.#members(this.#below(2))];
    return `{${all.filter(() => !this.#oneIn(25)).join(',')}}`;
  }

  #value(depth: number): string {
    switch (this.#below(depth > 5 ? 6 : 9)) {
      case 0:
        return this.#pick(['null', 'true', 'false', '{}', '[]']);
      case 1:
        return this.#pick(numbers);
      case 2:
        return `${this.#oneIn(2) ? '-' : ''}${numericMark}${this.#below(1000)}`;
      case 3:
        return this.#quoted(this.#pick(residues));
      case 4:
        return this.#quoted(`${mark}${this.#pick(residues)}${mark}`);
      case 5:
        return this.#quoted(mark.repeat(1 + this.#below(120)));
      case 6:
        return `[${Array.from({ length: this.#below(4) }, () => this.#value(depth + 1)).join(',')}]`;
      default:
        return `{${this.#members(this.#below(5), depth + 1).join(',')}}`;
    }
  }

  #members(count: number, depth = 2): string[] {
    return Array.from({ length: count }, () => {
      // Longer than a plain name, which is shown if a tag is left in its value.
      const name = this.#oneIn(4) ? `${mark.repeat(20)}${this.#below(100)}` : this.#pick(names);
      return `${this.#quoted(name)}:${this.#value(depth)}`;
    });
  }

  #nested(depth: number): string {
    const [open, close] = this.#pick([
      ['[', ']'],
      ['{"a":', '}'],
      ['{"data":', '}'],
      ['{"__proto__":', '}'],
    ] as const);
    const inner = open.repeat(depth) + '1' + close.repeat(this.#oneIn(4) ? depth - 1 : depth);
    return this.#oneIn(2)
      ? inner
      : `{"id":"${mark}","person_id":"x","email":"a@b","data":{"reward_definition_id":1,"amount":1,"meta":${inner}}}`;
  }

  /** Some places of a text changed, as a template or a typing hand would. */
  #mutate(text: string): string {
    let changed = text;
    for (let times = 1 + this.#below(3); times > 0; times -= 1) {
      const at = this.#below(changed.length + 1);
      const cut = this.#below(4);
      changed = changed.slice(0, at) + this.#pick([...mistakes, '']) + changed.slice(at + cut);
    }
    return changed;
  }

  /** Some bytes changed or cut off. */
  #damage(bytes: Buffer): Buffer {
    const damaged = Buffer.from(this.#oneIn(2) ? bytes : bytes.subarray(0, this.#below(bytes.length + 1)));
    for (let times = this.#below(3); times > 0 && damaged.length > 0; times -= 1) {
      damaged[this.#below(damaged.length)] = this.#below(256);
    }
    return damaged;
  }

  #quoted(text: string): string {
    return JSON.stringify(text);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }

  #oneIn(count: number): boolean {
    return this.#below(count) === 0;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

function countFrom(text: string | undefined, initial: number): number {
  const value = text === undefined ? initial : Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error('--payloads and --seed take whole numbers');
}

if (import.meta.main) {
  const options = { payloads: { type: 'string' }, seed: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const seed = countFrom(values.seed, Date.now() % 2 ** 32);
  const { payloads, accepted, perSecond, finding } = await fuzz(countFrom(values.payloads, 1_000_000), seed);
  console.log(`${payloads} payloads (${accepted} accepted), seed ${seed}, ${perSecond} payloads/s`);
  if (finding !== null) {
    const file = join(tmpdir(), `omneo-gateway-fuzz-${seed}-${payloads}.bin`);
    await writeFile(file, finding.payload);
    console.error(`finding: ${finding.reason}; the payload is in ${file}`);
    process.exitCode = 1;
  }
}

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const limit = 65_536;

describe('bodies', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld();
    ({ gateway, sandbox } = world);
  });

  after(() => world.stop());

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    gateway.post('acme', body, headers);

  const created = (reply: Reply): void => {
    expect(reply.json, reply.text).to.include({ status: 'created' });
  };

  /** A webhook of exactly so many bytes. */
  function ofLength(bytes: number): string {
    const body = webhook({}, { meta: { filler: '' } });
    const short = JSON.stringify(body).length;
    (body['data'] as { meta: { filler: string } }).meta.filler = 'x'.repeat(bytes - short);
    return JSON.stringify(body);
  }

  describe('compressed', () => {
    const plain = (text: string): string => text;
    for (const [encoding, compress] of [
      ['gzip', gzipSync],
      ['GZIP', gzipSync],
      ['x-gzip', gzipSync],
      ['identity, X-GZip', gzipSync],
      [' gzip ,, utf-8', gzipSync],
      ['deflate', deflateSync],
      ['Deflate', deflateSync],
      ['identity', plain],
      ['Identity', plain],
      ['', plain],
      [' , ', plain],
      ['none', plain],
      ['utf-8', plain],
      ['UTF8', plain],
      ['us-ascii', plain],
      ['"utf-8"', plain],
    ] as const) {
      it(`are taken with Content-Encoding: "${encoding}"`, async () => {
        created(await post(compress(JSON.stringify(webhook())), { 'content-encoding': encoding }));
      });
    }

    for (const encoding of [
      ...['br', 'zstd', 'compress', 'gzip, gzip', 'gzip, br', 'br, utf-8', 'nonsense', 'utf-16', 'gzip;q=1'],
    ]) {
      it(`are refused with 415 with Content-Encoding: ${encoding}`, async () => {
        const body = brotliCompressSync(JSON.stringify(webhook()));
        const { detail } = expectProblem(
          await post(body, { 'content-encoding': encoding }),
          'unsupported_media_type',
        );
        expect(detail).to.equal('Send UTF-8, plain or compressed by gzip or deflate.');
      });
    }

    for (const [encoding, compress] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ] as const) {
      it(`are answered 503 when they end early, by ${encoding}: they did not arrive whole`, async () => {
        const whole = compress(JSON.stringify(webhook()));
        for (const length of [2, 5, 12, 60, whole.length - 1]) {
          const reply = await post(whole.subarray(0, length), { 'content-encoding': encoding });
          const { detail } = expectProblem(reply, 'not_ready');
          expect(detail).to.match(/^Nothing to fix: the webhook did not arrive whole/);
        }
      });

      it(`are refused with 400 when they are damaged, by ${encoding}`, async () => {
        const damaged = compress(JSON.stringify(webhook()));
        damaged.fill(0xff, 20, 40);
        const reply = await post(damaged, { 'content-encoding': encoding });
        expect(expectProblem(reply, 'invalid_json')['detail']).to.match(/^Send a sound compressed body/);
      });
    }

    it('are refused with 400 when they are not what their header says', async () => {
      const { detail } = expectProblem(await post(webhook(), { 'content-encoding': 'gzip' }), 'invalid_json');
      expect(detail).to.match(/^Send a sound compressed body/);
    });

    it('are refused with 413 when they inflate to more than 64 KiB', async () => {
      const bomb = gzipSync(ofLength(limit + 1));
      expect(bomb.length).to.be.below(1000);
      expectProblem(await post(bomb, { 'content-encoding': 'gzip' }), 'payload_too_large');
    });

    it('are refused with 413 when they inflate to a gigabyte, of which little is ever inflated', async () => {
      const bomb = Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024))));
      const before = process.memoryUsage().rss;
      expectProblem(await post(bomb, { 'content-encoding': 'gzip' }), 'payload_too_large');
      expect(process.memoryUsage().rss - before).to.be.below(200 * 1024 * 1024);
    });

    it('are measured after inflating, so that one of exactly 64 KiB is taken', async () => {
      created(await post(gzipSync(ofLength(limit)), { 'content-encoding': 'gzip' }));
    });
  });

  describe('at the limit', () => {
    it('are taken with exactly 64 KiB', async () => {
      created(await post(ofLength(limit)));
    });

    it('are refused with 413 with one byte more', async () => {
      expectProblem(await post(ofLength(limit + 1)), 'payload_too_large');
    });

    it('are refused with 413 in chunks of unknown length', async () => {
      const text = ofLength(limit + 1);
      const chunks = async function* () {
        for (let at = 0; at < text.length; at += 5000) yield await Promise.resolve(text.slice(at, at + 5000));
      };
      const reply = await gateway.get(`${gateway.url}/acme/api/v1/webhooks/klaviyo/rewards`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-omneo-secret': 'acme-webhook-secret-of-the-tests',
        },
        body: chunks(),
      });
      expectProblem(reply, 'payload_too_large');
    });

    for (let round = 1; round <= 5; round += 1) {
      it(`get their 413 read by a caller that is still sending ten megabytes (${round})`, async () => {
        expectProblem(await post('x'.repeat(10_000_000)), 'payload_too_large');
        created(await post(webhook()));
      });
    }
  });

  describe('by type', () => {
    const types: Record<string, boolean> = {
      'application/json': true,
      'Application/JSON': true,
      'application/json; charset=utf-8': true,
      'application/json;charset="UTF-8"': true,
      'application/json; charset=utf8': true,
      'application/json; charset=us-ascii': true,
      'application/json; charset=ASCII': true,
      "application/json; charset='utf-8'": true,
      'application/json; charset=utf-8;': true,
      'application/json; charset=': true,
      'APPLICATION/JSON ; CHARSET=Utf-8': true,
      'application/json;': true,
      'application/json; odata=verbose; charset="utf8"': true,
      'application/json; charset=iso-8859-1': false,
      'application/json; charset=utf-16': false,
      'application/problem+json': false,
      'application/vnd.api+json': false,
      'application/x-www-form-urlencoded': false,
      'multipart/form-data; boundary=x': false,
      'text/json': false,
      json: false,
      '': false,
    };
    for (const [type, taken] of Object.entries(types)) {
      it(`are ${taken ? 'taken' : 'refused with 415'} as "${type}"`, async () => {
        const reply = await post(webhook(), { 'content-type': type });
        if (taken) created(reply);
        else expectProblem(reply, 'unsupported_media_type');
      });
    }

    it('are refused with 415 as a form', async () => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      expectProblem(
        await post('person_id=01ACMEADA&email=ada%40example.com', type),
        'unsupported_media_type',
      );
    });
  });

  describe('that are no webhook', () => {
    it('are told to be empty', async () => {
      const { detail } = expectProblem(await post(''), 'invalid_json');
      expect(detail).to.equal('Send a JSON body: it is empty.');
    });

    it('are told to be empty without a Content-Length', async () => {
      const reply = await gateway.get(`${gateway.url}/acme/api/v1/webhooks/klaviyo/rewards`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-omneo-secret': 'acme-webhook-secret-of-the-tests' },
      });
      expectProblem(reply, 'invalid_json');
    });

    for (const body of ['[]', '"text"', 'null', '5', 'true', '[{}]']) {
      it(`are refused as a payload: ${body}`, async () => {
        const reply = await post(body);
        expectProblem(reply, 'invalid_payload');
        expect(faultsOf(reply)).to.deep.equal(['body not_an_object']);
      });
    }

    it('are refused as a payload when they nest thousands deep', async () => {
      const depth = 8_000;
      const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
      const body = JSON.stringify(webhook({}, { meta: 'HERE' })).replace('"HERE"', deep);
      const reply = await post(body);
      expectProblem(reply, 'invalid_payload');
      expect(faultsOf(reply)).to.deep.equal(['data too_deep']);
      expectProblem(await post('['.repeat(30_000) + ']'.repeat(30_000)), 'invalid_payload');
      expectProblem(await post('['.repeat(60_000)), 'invalid_json');
    });

    it('change no prototype, whatever their keys', async () => {
      const text = JSON.stringify(webhook({}, { meta: 'HERE' })).replace(
        '"meta":"HERE"',
        '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"meta":{"__proto__":{"polluted":1}}',
      );
      created(await post(text));
      created(
        await post(text.replace('{"id":"', '{"__proto__":{"id":1},"constructor":1,"valueOf":{},"id":"x')),
      );
      expect({}).to.not.have.property('polluted');
    });
  });

  describe('that are not JSON', () => {
    const broken: readonly (readonly [text: string, line: number, column: number])[] = [
      ['{"id": "SECRETID", "amount": , "x": 1}', 1, 30],
      ['{\n  "id": "SECRETID",\n  "data": {"amount": , "reward_definition_id": 42 }\n}', 3, 22],
      ['{"id": "SECRETID"', 1, 18],
      ['{"id": "SECRETID', 1, 8],
      ['{"id" "SECRETID"}', 1, 7],
      ['SECRETID', 1, 1],
      ["{'id': 'SECRETID'}", 1, 2],
      ['{"id": "SECRETID",}', 1, 19],
      ['{"id": "SECRETID"} x', 1, 20],
      ['{"id": "SECRETID\n"}', 1, 8],
      ['{"id": SECRETID}', 1, 8],
      ['{"id": "SECRETID", "n": 01}', 1, 25],
      ['{"id": "SECRETID", "n": .5}', 1, 25],
      ['{"id": "SECRETID", "n": [1,]}', 1, 28],
      ['{"id": "SECRETID", "n": [1}', 1, 27],
    ];
    for (const [text, line, column] of broken) {
      it(`say where, and nothing of the content: ${JSON.stringify(text)}`, async () => {
        const reply = await post(text);
        const { detail } = expectProblem(reply, 'invalid_json');
        expect(detail).to.match(new RegExp(`^Fix the JSON body at line ${line}, column ${column}: `));
        expect(reply.text).to.not.contain('SECRETID');
      });
    }

    for (const blank of ['\ufeff', '\ufeff\ufeff\n', ' \t\r\n', '\u00a0', '\u2028\v']) {
      it(`may have ${JSON.stringify(blank)} at their start and end`, async () => {
        created(await post(blank + JSON.stringify(webhook())));
        created(await post(JSON.stringify(webhook()) + blank));
        created(await post(blank + JSON.stringify(webhook()) + blank));
        const { detail } = expectProblem(await post(blank), 'invalid_json');
        expect(detail).to.equal('Send a JSON body: it is empty.');
      });
    }
  });

  it('leave nothing behind in Omneo but what was created', () => {
    const created = gateway.logs.filter(({ outcome }) => outcome === 'granted').length;
    expect(sandbox.rewards('acme')).to.have.length(created);
  });
});

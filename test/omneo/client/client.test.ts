import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import type { OmneoClient, OmneoRequest } from '../../../src/omneo/client/client.ts';
import type { CallCounter } from '../../../src/omneo/pace/pace.ts';
import type { Grant } from '../../../src/omneo/token/grant.ts';
import { TokenSource } from '../../../src/omneo/token/token.ts';
import type { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { type Observed, clientOf, failureOf } from '../parts.ts';
import { manualClock } from '../time.ts';
import { type Script, type Upstream, answer, forgetfulNat, startUpstream } from '../upstream.ts';

const list: OmneoRequest = {
  operation: 'rewards.list',
  method: 'GET',
  path: '/rewards',
  resend: 'safe',
  query: { 'filter[external_id]': 'a b+c&d=é' },
};
const create: OmneoRequest = {
  operation: 'rewards.create',
  method: 'POST',
  path: '/rewards',
  resend: 'never',
  body: { amount: 10 },
};

describe('the client of Omneo', () => {
  let upstream: Upstream;
  let observed: Observed[];

  const against = async (script: Script, more: object = {}): Promise<OmneoClient> => {
    upstream = await startUpstream(script);
    return clientOf({ baseURL: `${upstream.url}/api/v3`, observed, ...more });
  };

  beforeEach(() => {
    observed = [];
  });
  afterEach(() => upstream.close());

  it('sends what Omneo needs in order to answer as an API', async () => {
    const client = await against((response) => {
      answer(response, 200, { data: [] });
    });
    await client.request(create);
    const [request] = upstream.requests;
    expect(request).to.include({ method: 'POST', path: '/api/v3/rewards', body: '{"amount":10}' });
    expect(request?.headers).to.include({
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: 'Bearer acme-static-token',
      'content-type': 'application/json',
    });
  });

  it('tells the pace of each call when it is made, and of each answer with its headers', async () => {
    const told: unknown[] = [];
    const calls: CallCounter = {
      called: () => {
        told.push(`called, with ${upstream.requests.length} sent`);
        return told.length;
      },
      answered: (sentAt, { status, header }) => {
        told.push([sentAt, status, header('x-ratelimit-remaining')]);
      },
    };
    const client = await against(
      (response, _, count) => {
        response.setHeader('x-ratelimit-remaining', String(9 - count));
        answer(response, count === 1 ? 401 : 429, {});
      },
      { calls },
    );
    await failureOf(client.request(list));
    expect(told).to.deep.equal(['called, with 0 sent', [1, 401, '8'], 'called, with 1 sent', [3, 429, '7']]);
  });

  it('tells the pace of a call that has no answer too', async () => {
    let called = 0;
    const calls: CallCounter = {
      called: () => (called += 1),
      answered: () => expect.fail('nothing was answered'),
    };
    const client = await against((response) => response.destroy(), { calls });
    await failureOf(client.request(create));
    expect(called).to.equal(1);
  });

  it('encodes what it filters by, the plus sign above all', async () => {
    const client = await against((response) => {
      answer(response, 200, { data: [] });
    });
    await client.request(list);
    expect(upstream.requests[0]?.path).to.equal(
      '/api/v3/rewards?filter%5Bexternal_id%5D=a+b%2Bc%26d%3D%C3%A9',
    );
    expect(upstream.requests[0]?.headers).not.to.have.property('content-type');
  });

  it('counts each call once, with its status or as an error', async () => {
    const client = await against((response, _, count) => {
      if (count === 1) response.socket?.resetAndDestroy();
      else answer(response, 200, { data: [] });
    });
    await client.request(list);
    expect(observed.map(({ operation, code }) => `${operation} ${code}`)).to.deep.equal([
      'rewards.list error',
      'rewards.list 200',
    ]);
    for (const { seconds } of observed) expect(seconds).to.be.within(0, 1);
  });

  describe('gives on', () => {
    for (const status of [200, 201, 202, 203, 299, 400, 404, 422]) {
      it(`a ${status} with its JSON`, async () => {
        const client = await against((response) => {
          answer(response, status, { data: 1 });
        });
        expect(await client.request(create)).to.deep.equal({ status, json: { data: 1 } });
      });
    }

    for (const [wording, body] of [
      ['HTML', '<html>We will be right back</html>'],
      ['nothing', ''],
      ['half a JSON', '{"data":'],
    ]) {
      it(`an answer of ${wording} as one without JSON`, async () => {
        const client = await against((response) => response.end(body));
        expect(await client.request(create)).to.deep.equal({ status: 200, json: undefined });
      });
    }

    it('a 204, which has no body', async () => {
      const client = await against((response) => response.writeHead(204).end());
      expect(await client.request(create)).to.deep.equal({ status: 204, json: undefined });
    });
  });

  describe('fails for', () => {
    const unavailable = { fault: 'unavailable' } as const;
    const statuses: [number, Partial<UpstreamError>][] = [
      [301, unavailable],
      [302, unavailable],
      [307, unavailable],
      [308, unavailable],
      [401, { fault: 'refused' }],
      [402, unavailable],
      [403, { fault: 'refused' }],
      [405, unavailable],
      [406, unavailable],
      [408, unavailable],
      [409, unavailable],
      [413, unavailable],
      [425, unavailable],
      [429, { fault: 'throttled' }],
      [451, unavailable],
      [500, unavailable],
      [502, unavailable],
      [503, unavailable],
      [504, unavailable],
      [599, unavailable],
    ];
    for (const [status, expected] of statuses) {
      for (const [wording, body] of [
        ['JSON', '{"message":"secret-marker"}'],
        ['HTML', '<html>secret-marker</html>'],
        ['nothing', ''],
      ] as const) {
        it(`a ${status} of ${wording} to a create, which may have happened and is not sent again`, async () => {
          const client = await against((response) =>
            response.writeHead(status, { location: `${upstream.url}/elsewhere` }).end(body),
          );
          const error = await failureOf(client.request(create));
          expect(error).to.include({ ...expected, mayHaveHappened: true });
          expect(JSON.stringify(error) + error.message).not.to.include('marker');
          expect(upstream.requests).to.have.length(1);
        });
      }
    }
  });

  describe('is throttled by a 429 and waits', () => {
    const later = (): string => new Date(Date.now() + 90_000).toUTCString();
    const headers: [string, string | (() => string) | undefined, [least: number, most: number]][] = [
      ['the seconds it says', '7', [7, 7]],
      ['until the date it says', later, [85, 91]],
      ['a second if the date has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', [1, 1]],
      ['a second if it says 0', '0', [1, 1]],
      ['a second if it says nonsense', 'in a while', [1, 1]],
      ['a second if it says nothing', undefined, [1, 1]],
      ['a second if it is empty', '', [1, 1]],
      ['a second if it is negative', '-7', [1, 1]],
      ['an hour if it says more', '86400', [3600, 3600]],
      ['an hour if it says more than a number holds', '9'.repeat(400), [1, 3600]],
    ];
    for (const [wording, header, [least, most]] of headers) {
      it(wording, async () => {
        const client = await against((response) => {
          const value = typeof header === 'function' ? header() : header;
          answer(response, 429, {}, value === undefined ? {} : { 'retry-after': value });
        });
        const { fault, retryAfter } = await failureOf(client.request(list));
        expect(fault).to.equal('throttled');
        expect(retryAfter).to.be.within(least, most);
      });
    }
  });

  describe('with a token that Omneo refuses', () => {
    const numbered = (events: string[] = []) => {
      let issued = 0;
      return new TokenSource({
        source: () => Promise.resolve({ token: `token-${(issued += 1)}`, lifetime: 3600, deviations: [] }),
        clock: manualClock(),
        random: () => 0,
        refusedForMs: 0,
        observe: {
          fetched: () => undefined,
          deviation: () => undefined,
          refused: (refused) => events.push(refused ? 'refused' : 'accepted'),
        },
      });
    };
    const used = () => upstream.requests.map(({ headers }) => headers.authorization);

    for (const [wording, body] of [
      ['JSON', '{"message":"Unauthenticated."}'],
      ['HTML', '<html></html>'],
    ]) {
      const once: Script = (response, _, count) => {
        if (count === 1) response.writeHead(401).end(body);
        else answer(response, 200, { data: [] });
      };

      it(`in ${wording} sends what is safe to resend once more, with a new one`, async () => {
        const client = await against(once, { tokens: numbered() });
        expect((await client.request({ ...create, resend: 'safe' })).status).to.equal(200);
        expect(used()).to.deep.equal(['Bearer token-1', 'Bearer token-2']);
      });

      it(`in ${wording} never sends a create once more, and the next request with a new one`, async () => {
        const client = await against(once, { tokens: numbered() });
        const error = await failureOf(client.request(create));
        expect(error).to.include({ fault: 'refused', mayHaveHappened: true });
        expect(used()).to.deep.equal(['Bearer token-1']);
        await client.request(list);
        expect(used()).to.deep.equal(['Bearer token-1', 'Bearer token-2']);
      });
    }

    it('asks with a static one once more, also when many calls are refused at once', async () => {
      const waiting: ServerResponse[] = [];
      const client = await against((response, _, count) => {
        if (count > 10) answer(response, 200, { data: [] });
        else waiting.push(response);
        if (count === 10) for (const each of waiting) answer(each, 401, {});
      });
      const answers = await Promise.all(Array.from({ length: 10 }, () => client.request(list)));
      expect(answers.map(({ status }) => status)).to.deep.equal(Array(10).fill(200));
      expect(upstream.requests).to.have.length(20);
    });

    it('knows that nothing happened to a create for which no new one comes', async () => {
      const client = await against((response) => response.end(), {
        tokens: new TokenSource({
          source: () => Promise.reject(new Error('no token')),
          clock: manualClock(),
          random: () => 0,
          refusedForMs: 0,
          observe: { fetched: () => undefined, deviation: () => undefined, refused: () => undefined },
        }),
      });
      const error = await failureOf(client.request(create));
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: false });
      expect(upstream.requests).to.be.empty;
    });

    it('gives up when the new one is refused too', async () => {
      const events: string[] = [];
      const client = await against(
        (response) => {
          answer(response, 401, { message: 'Unauthenticated.' });
        },
        { tokens: numbered(events) },
      );
      expect((await failureOf(client.request(list))).fault).to.equal('refused');
      expect(used()).to.deep.equal(['Bearer token-1', 'Bearer token-2']);
      expect(events).to.deep.equal(['refused']);
    });
  });

  describe('whose connection breaks', () => {
    const breaks: [string, Script][] = [
      ['by a reset', (response) => response.socket?.resetAndDestroy()],
      ['by an end', (response) => response.socket?.destroy()],
      [
        'in the middle of the answer',
        (response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('{"data":', () => response.socket?.destroy());
        },
      ],
    ];
    for (const [how, broken] of breaks) {
      it(`${how} sends a look-up once more`, async () => {
        const client = await against((response, request, count) => {
          if (count === 1) broken(response, request, count);
          else answer(response, 200, { data: [] });
        });
        expect((await client.request(list)).status).to.equal(200);
      });

      it(`${how} twice gives up on a look-up`, async () => {
        const client = await against(broken);
        expect((await failureOf(client.request(list))).fault).to.equal('unavailable');
        expect(upstream.requests).to.have.length(2);
      });

      it(`${how} never sends a create once more`, async () => {
        const client = await against(broken);
        expect(await failureOf(client.request(create))).to.include({ mayHaveHappened: true });
        expect(upstream.requests).to.have.length(1);
      });
    }

    it('goes round every stale connection: those that a NAT forgot while they were idle', async () => {
      const { script, idle } = forgetfulNat();
      const client = await against(script);
      await idle(4, () => client.request(list));
      for (let count = 0; count < 10; count += 1) expect((await client.request(list)).status).to.equal(200);
    });

    // What a request is called, and its method, say nothing about that.
    for (const [resend, sent] of [
      ['safe', 2],
      ['never', 1],
    ] as const) {
      for (const request of [list, create]) {
        it(`sends a ${request.operation} whose resend is ${resend} ${sent === 1 ? 'once' : 'twice'}`, async () => {
          const client = await against((response) => response.socket?.resetAndDestroy());
          await failureOf(client.request({ ...request, resend }));
          expect(upstream.requests).to.have.length(sent);
        });
      }
    }

    it('does not ask again for an answer that is too long', async () => {
      const client = await against((response) => response.end('x'.repeat(2_000_000)));
      expect((await failureOf(client.request(list))).fault).to.equal('unavailable');
      expect(upstream.requests).to.have.length(1);
    });

    it('does not ask again when time is over', async () => {
      const clock = manualClock();
      const client = await against(
        (response) => {
          clock.skip(1000);
          response.socket?.resetAndDestroy();
        },
        { clock },
      );
      expect((await failureOf(client.request(list))).fault).to.equal('unavailable');
      expect(upstream.requests).to.have.length(1);
    });
  });

  it('is bounded by the deadline it is given, also while it waits for a token', async () => {
    const clock = manualClock();
    const fetch = Promise.withResolvers<Grant>();
    const tokens = new TokenSource({
      source: () => fetch.promise,
      clock,
      random: () => 0,
      refusedForMs: 0,
      observe: { fetched: () => undefined, deviation: () => undefined, refused: () => undefined },
    });
    const client = await against((response) => response.end(), { clock, tokens });
    const work = failureOf(client.request({ ...create, deadline: 500 }));
    clock.skip(501);
    fetch.resolve({ token: 'late', lifetime: 3600, deviations: [] });
    expect(await work).to.include({ fault: 'unavailable', mayHaveHappened: false });
    expect(upstream.requests).to.be.empty;
  });
});

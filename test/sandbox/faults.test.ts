import { expect } from 'chai';
import type { Fault, FaultRule } from '../../sandbox/faults.ts';
import { everything } from '../../sandbox/preset.ts';
import { callSandbox, reward, rowsOf, type Caller, type Reply } from './caller.ts';

type Shown = { fault: Fault; status: number; committed: boolean; shows?: (reply: Reply) => void };

const answered: Shown[] = [
  { fault: { kind: 'delay', ms: 2 }, status: 201, committed: true },
  { fault: { kind: 'error', status: 500 }, status: 500, committed: false },
  { fault: { kind: 'error', status: 503, when: 'after' }, status: 503, committed: true },
  {
    fault: { kind: 'drip', ms: 5 },
    status: 201,
    committed: true,
    shows: (reply) => expect(reply.json).to.have.nested.property('data.id', 1),
  },
  {
    fault: { kind: 'html' },
    status: 200,
    committed: false,
    shows: (reply) => expect(reply.text).to.match(/^<!DOCTYPE html>/),
  },
  { fault: { kind: 'html', status: 502, when: 'after' }, status: 502, committed: true },
  {
    fault: { kind: 'oversized' },
    status: 200,
    committed: false,
    shows: (reply) => expect(reply.text.length).to.be.above(2 * 1024 * 1024),
  },
  { fault: { kind: 'oversized', when: 'after' }, status: 200, committed: true },
  {
    fault: { kind: 'empty' },
    status: 200,
    committed: false,
    shows: (reply) => expect(reply.text).to.equal(''),
  },
  { fault: { kind: 'empty', status: 204, when: 'after' }, status: 204, committed: true },
  {
    fault: { kind: 'unauthorized' },
    status: 401,
    committed: false,
    shows: (reply) => expect(reply.json).to.deep.equal({ message: 'Unauthenticated.' }),
  },
  { fault: { kind: 'forbidden' }, status: 403, committed: false },
  {
    fault: { kind: 'throttle' },
    status: 429,
    committed: false,
    shows: (reply) => expect(reply.headers).to.include({ 'retry-after': '1', 'x-ratelimit-remaining': '0' }),
  },
  {
    fault: { kind: 'throttle', retryAfter: 7 },
    status: 429,
    committed: false,
    shows: (reply) => expect(reply.headers).to.include({ 'retry-after': '7' }),
  },
  {
    fault: { kind: 'throttle', retryAfter: null },
    status: 429,
    committed: false,
    shows: (reply) => expect(reply.headers).to.not.have.property('retry-after'),
  },
  {
    fault: { kind: 'redirect', location: 'https://login.example.com/' },
    status: 302,
    committed: false,
    shows: (reply) => expect(reply.headers).to.include({ location: 'https://login.example.com/' }),
  },
];

const unanswered: { fault: Fault; status: string | number; committed: boolean; code: RegExp }[] = [
  { fault: { kind: 'reset' }, status: 'reset', committed: false, code: /ECONNRESET/ },
  { fault: { kind: 'reset', when: 'after' }, status: 'reset', committed: true, code: /ECONNRESET/ },
  { fault: { kind: 'hang', ms: 2 }, status: 'hang', committed: false, code: /UND_ERR_SOCKET|ECONNRESET/ },
  {
    fault: { kind: 'hang', ms: 2, when: 'after' },
    status: 'hang',
    committed: true,
    code: /UND_ERR_SOCKET|ECONNRESET/,
  },
  { fault: { kind: 'truncated' }, status: 201, committed: true, code: /UND_ERR/ },
];

const firings: [string, Omit<FaultRule, 'kind'>, number[]][] = [
  ['always without limits', {}, [500, 500, 500, 500]],
  ['only so many times', { times: 2 }, [500, 500, 201, 201]],
  ['only after so many matches', { after: 1 }, [201, 500, 500, 500]],
  ['both', { after: 1, times: 1 }, [201, 500, 201, 201]],
  ['never with probability 0', { probability: 0 }, [201, 201, 201, 201]],
  ['for its operation', { operation: 'rewards.create', times: 1 }, [500, 201, 201, 201]],
  ['not for another operation', { operation: 'rewards.list' }, [201, 201, 201, 201]],
  ['for its tenant', { tenant: 'acme', times: 1 }, [500, 201, 201, 201]],
  ['not for another tenant', { tenant: 'other' }, [201, 201, 201, 201]],
  ['for every operation with a star', { operation: '*', times: 1 }, [500, 201, 201, 201]],
];

describe('sandbox faults', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const create = () => caller.call('POST', '/rewards', reward({ external_id: 'e1' }));
  const titleOf = (fault: Fault) => JSON.stringify(fault);

  function expectNoted(status: string | number, committed: boolean, fault: Fault) {
    const noted = { tenant: 'acme', operation: 'rewards.create', status, committed, externalId: 'e1' };
    expect(caller.sandbox.requests()[0]).to.deep.include(noted);
    if (fault.kind !== 'delay') expect(caller.sandbox.requests()[0]).to.include({ fault: fault.kind });
    expect(caller.sandbox.rewards('acme')).to.have.lengthOf(committed ? 1 : 0);
    expect(caller.sandbox.statuses()).to.deep.equal({ [`acme rewards.create ${status}`]: 1 });
  }

  for (const { fault, status, committed, shows } of answered) {
    it(`answers ${status} and commits ${committed ? 'the write' : 'nothing'} for ${titleOf(fault)}`, async () => {
      caller.sandbox.setFaults([fault]);
      const reply = await create();
      expect(reply.status).to.equal(status);
      shows?.(reply);
      expectNoted(status, committed, fault);
    });
  }

  for (const { fault, status, committed, code } of unanswered) {
    it(`breaks the connection and commits ${committed ? 'the write' : 'nothing'} for ${titleOf(fault)}`, async () => {
      caller.sandbox.setFaults([fault]);
      const failure: unknown = await create().catch((error: unknown) => error);
      expect(failure).to.have.property('code').that.matches(code);
      expectNoted(status, committed, fault);
    });
  }

  it('closes at once although a connection hangs', async () => {
    caller.sandbox.setFaults([{ kind: 'hang' }]);
    const hanging = create().catch(() => 'cut');
    while (caller.sandbox.requests().length === 0) await new Promise(setImmediate);
    await caller.sandbox.close();
    expect(await hanging).to.equal('cut');
  });

  it('ignores the filters of lists, and leaves other routes alone', async () => {
    caller.sandbox.setFaults([{ kind: 'filterIgnored' }]);
    expect((await create()).status).to.equal(201);
    expect(rowsOf(await caller.call('GET', '/rewards?filter[external_id]=x'))).to.have.lengthOf(1);
    expect(rowsOf(await caller.call('GET', '/profiles?filter[email]=x&page[size]=1'))).to.have.lengthOf(1);
  });

  for (const [name, scope, statuses] of firings) {
    it(`fires ${name}`, async () => {
      caller.sandbox.setFaults([{ kind: 'error', status: 500, ...scope }]);
      const seen: number[] = [];
      while (seen.length < statuses.length) seen.push((await create()).status);
      expect(seen).to.deep.equal(statuses);
    });
  }

  it('lets the first rule that fires win, delays aside', async () => {
    caller.sandbox.setFaults([
      { kind: 'delay', ms: 1 },
      { kind: 'error', status: 500, times: 1 },
      { kind: 'forbidden' },
    ]);
    expect([(await create()).status, (await create()).status]).to.deep.equal([500, 403]);
  });

  it('fires at the same calls for the same seed', async () => {
    const run = async () => {
      caller.sandbox.reset();
      caller.sandbox.setFaults([{ kind: 'error', status: 500, probability: 0.5 }]);
      const seen: number[] = [];
      while (seen.length < 20) seen.push((await create()).status);
      return seen;
    };
    const first = await run();
    expect(first).to.include(500).and.to.include(201);
    expect(await run()).to.deep.equal(first);
  });

  it('lets about the given share of all calls fail with the preset, in every way', async () => {
    caller.sandbox.setFaults(everything(0.5, { hangMs: 1, dripMs: 1, delayMs: 0 }));
    const one = () => caller.call('GET', '/rewards?filter[external_id]=x').catch(() => undefined);
    for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 50 }, one));
    const faults = caller.sandbox.requests().flatMap(({ fault }) => fault ?? []);
    expect(faults.length).to.be.within(430, 570);
    expect(new Set(faults).size).to.equal(new Set(everything(1).map(({ kind }) => kind)).size - 1);
  });

  it('lets no call through with the preset at 1', async () => {
    caller.sandbox.setFaults(everything(1, { hangMs: 1, dripMs: 1, delayMs: 0 }));
    await Promise.all(
      Array.from({ length: 50 }, () => caller.call('GET', '/profiles').catch(() => undefined)),
    );
    expect(caller.sandbox.requests().every(({ fault }) => fault !== undefined)).to.equal(true);
  });
});

import { expect } from 'chai';
import { ProvenShapes, type Proofs } from '../../../src/omneo/resources/provenshapes.ts';
import type { ResourceRows } from '../../../src/omneo/resources/calls.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { HandClock } from '../../ledger/clock.ts';

describe('what an Omneo has shown to find', () => {
  const short = { kind: 'a0-', proves: 'a0-', length: 8 };
  const long = { kind: 'a0-', proves: 'a0-', length: 20 };
  let clock: HandClock;
  let shapes: ProvenShapes;
  let asked: string[];
  let answer: ResourceRows | Error;
  let isHeeded: boolean;

  const lookUp = (externalId: string): Promise<ResourceRows> => {
    if (externalId.startsWith('gw-probe-')) return Promise.resolve(isHeeded ? [] : [{ id: 7 }]);
    asked.push(externalId);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const create = async (shape = short, resourceId = 7): Promise<void> => {
    shapes.created(shape, { externalId: `id-${resourceId}`, resourceId }, lookUp);
    await turn();
  };

  let notes: Map<string, number>;
  const proofs: Proofs = {
    note: (kind, length) => {
      notes.set(kind, length);
      return Promise.resolve();
    },
    noted: (kind) => Promise.resolve(notes.get(kind) ?? 0),
  };

  beforeEach(() => {
    notes = new Map();
    clock = new HandClock();
    shapes = new ProvenShapes(clock, proofs);
    asked = [];
    answer = [{ id: 7 }];
    isHeeded = true;
  });

  it('is nothing before anything was created', async () => {
    expect(shapes.isUntried(short)).to.equal(true);
    expect(shapes.isProven(short)).to.equal(false);
    expect(await shapes.prove(short, lookUp)).to.equal(false);
    expect(asked).to.deep.equal([]);
  });

  it('is a shape of which the first reward was found again, and it is not asked twice', async () => {
    await create();
    await create();
    expect(shapes.isProven(short)).to.equal(true);
    expect(asked).to.deep.equal(['id-7']);
  });

  it('is also a shape whose first reward has an id of more digits than a number holds', async () => {
    answer = [{ id: JSON.rawJSON('9223372036854775807') }];
    shapes.created(short, { externalId: 'id-1', resourceId: 9_223_372_036_854_775_807n }, lookUp);
    await turn();
    expect(shapes.isProven(short)).to.equal(true);
  });

  it('is not a longer id of that shape, until that was found too', async () => {
    await create();
    expect(shapes.isProven(long)).to.equal(false);
    await create(long);
    expect(shapes.isProven(long)).to.equal(true);
    await create({ ...long, length: 9 });
    expect(asked).to.have.length(2);
  });

  it('is not what was answered with other rewards, or not at all', async () => {
    for (const bad of [[], [{ id: 8 }], new UpstreamError('unavailable', 'away')]) {
      answer = bad;
      clock.advance(100_000);
      await create();
      expect(shapes.isProven(short)).to.equal(false);
    }
    expect(shapes.isUntried(short)).to.equal(false);
  });

  it('is not what a filter shows that is not heeded', async () => {
    isHeeded = false;
    await create();
    expect(await shapes.prove(short, lookUp)).to.equal(false);
    isHeeded = true;
    expect(await shapes.prove(short, lookUp)).to.equal(true);
  });

  it('is not proven by a reward that may be of another shape', async () => {
    const perhapsAhead = { kind: 'a0- ahead', proves: 'a0-', length: 8 };
    await create(perhapsAhead);
    expect([shapes.isProven(perhapsAhead), shapes.isProven(short)]).to.deep.equal([false, true]);
    expect(await shapes.prove(perhapsAhead, lookUp)).to.equal(false);
  });

  it('is asked again with every reward, but not in a hurry', async () => {
    answer = [];
    await create();
    await create();
    expect(asked).to.have.length(1);
    clock.advance(1000);
    await create();
    await create();
    expect(asked).to.have.length(2);
    clock.advance(1000);
    await create();
    expect(asked).to.have.length(2);
  });

  describe('by a look-up that lags behind what was created', () => {
    const lagMs = 1500;
    let createdAt: Map<string, number>;
    const lagging = (externalId: string): Promise<ResourceRows> => {
      asked.push(externalId);
      const age = clock.monotonic() - (createdAt.get(externalId) ?? Infinity);
      return Promise.resolve(age >= lagMs ? [{ id: Number(externalId.slice(3)) }] : []);
    };
    const createNow = async (resourceId: number): Promise<void> => {
      const externalId = `id-${resourceId}`;
      createdAt.set(externalId, clock.monotonic());
      shapes.created(short, { externalId, resourceId }, lagging);
      await turn();
    };

    beforeEach(() => {
      createdAt = new Map();
    });

    it('is shown by the reward before the next one', async () => {
      await createNow(7);
      clock.advance(lagMs);
      await createNow(8);
      expect(asked.filter((id) => id.startsWith('id-'))).to.deep.equal(['id-7', 'id-7']);
      expect(shapes.isProven(short)).to.equal(true);
    });

    it('is shown by that one too when it was asked for again and again before', async () => {
      await createNow(7);
      for (let times = 0; times < 5; times += 1) expect(await shapes.prove(short, lagging)).to.equal(false);
      clock.advance(lagMs);
      await createNow(8);
      expect(await shapes.prove(short, lagging)).to.equal(true);
    });
  });

  it('is asked for by the next reward once one was missed long after it was created, which may be gone', async () => {
    answer = [];
    for (const resourceId of [7, 8, 9]) {
      await create(short, resourceId);
      clock.advance(10_000);
    }
    expect(asked).to.deep.equal(['id-7', 'id-7', 'id-9']);
  });

  it('is asked for by the example when it matters, however often that was missed', async () => {
    answer = [];
    await create();
    expect(await shapes.prove(short, lookUp)).to.equal(false);
    answer = [{ id: 7 }];
    expect(await shapes.prove(short, lookUp)).to.equal(true);
    expect(await shapes.prove(short, lookUp)).to.equal(true);
    expect(asked).to.have.length(3);
  });

  it('is asked for by a reward that is known to exist, only when it matters', async () => {
    shapes.exists(short, { externalId: 'id-7', resourceId: 7 });
    expect(asked).to.deep.equal([]);
    expect(await shapes.prove(short, lookUp)).to.equal(true);
    expect(asked).to.deep.equal(['id-7']);
  });

  it('is a shape that was found for another reason', () => {
    shapes.found(long);
    expect(shapes.isProven(short)).to.equal(true);
    expect(shapes.isUntried(short)).to.equal(false);
  });

  it('is what another gateway has found', async () => {
    await create();
    expect([...notes]).to.deep.equal([['a0-', 8]]);
    const other = new ProvenShapes(clock, proofs);
    expect(other.isProven(short)).to.equal(false);
    expect(await other.prove(short, lookUp)).to.equal(true);
    expect(await other.prove(long, lookUp)).to.equal(false);
    expect(asked).to.deep.equal(['id-7']);
  });

  it('is not known while the ledger cannot be asked, and asked all the same', async () => {
    const away = () => Promise.reject(new Error('away'));
    const alone = new ProvenShapes(clock, { note: away, noted: away });
    expect(await alone.prove(short, lookUp)).to.equal(false);
    alone.found(short);
    expect(await alone.prove(short, lookUp)).to.equal(true);
  });

  it('is remembered of so many shapes', async () => {
    await create();
    for (let n = 0; n < 300; n += 1) shapes.found({ proves: `kind ${n}`, length: 1 });
    expect(shapes.isProven(short)).to.equal(false);
  });
});

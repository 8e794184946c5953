import { expect } from 'chai';
import { type Attributes, attributesOf } from '../../../src/omneo/attributes/attributes.ts';
import type { NoWriteTurn, WriteTurn, WriteTurns } from '../../../src/omneo/attributes/turns.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { freeTurns } from '../../support/omneo.ts';
import { failureOf } from '../parts.ts';
import { type ManualClock, manualClock } from '../time.ts';

const key = { profileId: 'ada', namespace: 'pet', handle: 'breed' };
const change = { ...key, fields: { type: 'string', value: 'beagle' }, askedAt: 20 };
const taken: NoWriteTurn = { isTaken: true };

describe('What sets an attribute', () => {
  let clock: ManualClock;
  let sent: number;
  /** How turns ended. */
  let ends: string[];
  const turn: WriteTurn = {
    until: 500,
    end: (how) => {
      ends.push(how);
      return Promise.resolve();
    },
  };

  beforeEach(() => {
    clock = manualClock();
    sent = 0;
    ends = [];
  });

  const over = (turns: Partial<WriteTurns>, failure?: Error): Attributes => {
    const request = ({ deadline }: { deadline?: number }) => {
      sent += 1;
      expect(deadline).to.be.at.most(500);
      return failure ? Promise.reject(failure) : Promise.resolve({ status: 200, json: { data: { id: 7 } } });
    };
    const given = { ...freeTurns, take: () => Promise.resolve(turn), ...turns };
    return attributesOf({ client: { request }, clock, turns: given });
  };
  /** What `work` comes to, while time passes. */
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    const timer = setInterval(() => {
      clock.advance(100);
    });
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  };

  it('has a turn meanwhile, and records what it has set before it gives that back', async () => {
    const steps: string[] = [];
    const attributes = over({
      take: (what) => {
        steps.push(`take ${what}`);
        return Promise.resolve({ ...turn, end: (how) => Promise.resolve(void steps.push(how)) });
      },
      record: (what, at) => Promise.resolve(void steps.push(`record ${what} ${at}`)),
    });
    expect(await attributes.set({ ...change, namespace: 'Pet' }, 0, 1000)).to.equal(7);
    expect(steps).to.deep.equal(['take ada\npet:breed', 'record ada\npet:breed 20', 'over']);
  });

  it('sends nothing if something newer was set since it looked', async () => {
    const attributes = over({ newest: () => Promise.resolve(21) });
    expect(await failureOf(attributes.set(change, 0, 1000))).to.include({ mayHaveHappened: false });
    expect([sent, ends]).to.deep.equal([0, ['over']]);
  });

  it('goes on if all that is newer was there when it looked: that is gone since', async () => {
    expect(await over({ newest: () => Promise.resolve(21) }).set(change, 21, 1000)).to.equal(7);
  });

  it('waits for a turn that somebody has, for a second', async () => {
    let asked = 0;
    const turns = { take: () => Promise.resolve(++asked < 5 ? taken : turn) };
    expect(await passing(over(turns).set(change, 0, 10_000))).to.equal(7);
    const failure = await failureOf(
      passing(over({ take: () => Promise.resolve(taken) }).set(change, 0, 10_000)),
    );
    expect(failure).to.include({ fault: 'unavailable', mayHaveHappened: false, retryAfter: 1 });
    expect(sent).to.equal(1);
  });

  it('does not wait while what was sent before may still arrive, and says for how long', async () => {
    const turns = { take: () => Promise.resolve<NoWriteTurn>({ isTaken: false, freeInMs: 90_001 }) };
    const failure = await failureOf(over(turns).set(change, 0, 1000));
    expect(failure).to.include({ fault: 'unavailable', mayHaveHappened: false, retryAfter: 91 });
  });

  for (const [what, failure, end] of [
    ['was refused', new UpstreamError('rejected', 'no'), 'over'],
    ['may have arrived', new UpstreamError('unavailable', 'late', { mayHaveHappened: true }), 'unknown'],
    ['met a bug', new TypeError('a bug'), 'unknown'],
  ] as const)
    it(`gives its turn back as ${end} when what it sent ${what}`, async () => {
      const error = await over({}, failure)
        .set(change, 0, 1000)
        .catch((reason: unknown) => reason);
      expect(error).to.equal(failure);
      expect(ends).to.deep.equal([end]);
    });

  for (const step of ['take', 'newest'] as const)
    it(`sends nothing when the ledger is away before (${step})`, async () => {
      const away = () => Promise.reject(new Error('away'));
      expect(await failureOf(over({ [step]: away }).set(change, 0, 1000))).to.include({
        fault: 'unavailable',
        mayHaveHappened: false,
      });
      expect(sent).to.equal(0);
    });

  it('may have set it when the ledger is away after', async () => {
    const record = () => Promise.reject(new Error('away'));
    const error = await over({ record })
      .set(change, 0, 1000)
      .catch((reason: unknown) => reason);
    expect(error).to.be.an('error').and.not.instanceOf(UpstreamError);
    expect([sent, ends]).to.deep.equal([1, ['unknown']]);
  });
});

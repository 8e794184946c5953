import { expect } from 'chai';
import { AttributeAttempt } from '../../../src/actions/attributes/attributeattempt.ts';
import { parseAttributeWebhook } from '../../../src/actions/attributes/payload.ts';
import { Problem } from '../../../src/lib/problem.ts';
import type { Attributes } from '../../../src/omneo/attributes/attributes.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import type { Omneo } from '../../../src/omneo/omneo.ts';
import { failureOf } from '../../omneo/parts.ts';
import { fakeOmneo } from '../../support/omneo.ts';
import { ada } from '../../support/webhooks.ts';

const webhook = parseAttributeWebhook(
  { id: 'a', ...ada, data: { namespace: 'pet', handle: 'breed', value: 'beagle' } },
  'both',
);
const fields = { type: 'string', value: 'beagle' };
const claimedAt = 1000;
const gone = new UpstreamError('unavailable', 'not found', { status: 404 });

describe('An attempt at an attribute', () => {
  let calls: string[];

  beforeEach(() => {
    calls = [];
  });

  function attempt(parts: Partial<Attributes>, findProfile?: Omneo['findProfile']): AttributeAttempt {
    const usual = fakeOmneo({ create: () => Promise.resolve(1) });
    const attributes = {
      ...usual.attributes,
      record: (...[, askedAt]: Parameters<Attributes['record']>) => {
        calls.push(`record ${askedAt}`);
        return Promise.resolve();
      },
      ...parts,
    };
    const omneo = { ...usual, attributes, ...(findProfile && { findProfile }) };
    const known = () => expect.fail('no other webhook matters');
    const basis = { externalId: 'a', now: 9000, claimedAt, mayWait: true, known, earlier: null };
    return new AttributeAttempt({ omneo, basis, webhook, fields });
  }

  it('finds nothing to keep it from setting what nobody has set since, and reads nothing', async () => {
    const read = () => expect.fail('nothing is to be read');
    const { existing, match } = await attempt({ read, newest: () => Promise.resolve(claimedAt) }).find();
    expect(existing).to.deep.equal({ kind: 'none' });
    expect(match).to.deep.equal({ profileId: 'ada', matchedBy: 'klaviyo', conflict: false });
  });

  it('leaves alone what a newer webhook has set, whatever that is', async () => {
    const newer = attempt({
      newest: () => Promise.resolve(claimedAt + 1),
      read: () => Promise.resolve({ id: 7, value: 'poodle' }),
    });
    expect((await newer.find()).existing).to.deep.equal({ kind: 'same', resourceId: 7 });
  });

  it('sets what somebody has taken away since, with what it knows to be newest', async () => {
    const late = attempt({
      newest: () => Promise.resolve(claimedAt + 1),
      read: () => Promise.resolve(undefined),
      set: (...[change, newest]) => {
        calls.push(`${change.namespace}:${change.handle} ${change.askedAt} ${newest}`);
        return Promise.resolve(7);
      },
    });
    expect((await late.find()).existing).to.deep.equal({ kind: 'none' });
    expect(await late.create(0)).to.equal(7);
    expect(calls).to.deep.equal(['pet:breed 1000 1001']);
  });

  it('says of nobody that they are not found', async () => {
    const error = await attempt({}, () => Promise.resolve(null))
      .find()
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Problem).and.include({ code: 'profile_not_found' });
  });

  it('takes the value that it finds after a lost answer for set, and records that; no other value', async () => {
    const same = attempt({ read: () => Promise.resolve({ id: 7, value: 'beagle' }) });
    expect(await same.findAgain()).to.deep.equal({ kind: 'same', resourceId: 7 });
    expect(calls).to.deep.equal(['record 1000']);
    for (const found of [{ id: 7, value: 'poodle' }, undefined])
      expect(await attempt({ read: () => Promise.resolve(found) }).findAgain()).to.deep.equal({
        kind: 'none',
      });
    expect(calls).to.have.length(1);
  });

  it('is believed in what it does not find, and needs no look-up to be proven', async () => {
    expect(await attempt({}).isMissConclusive()).to.equal(true);
    expect(attempt({}).isFindable()).to.equal(true);
  });

  describe('that Omneo refuses', () => {
    const refused = async (failure: Error, again?: Omneo['findProfile']): Promise<UpstreamError> => {
      let asked = 0;
      const first = { profileId: 'ada', matchedBy: 'klaviyo' } as const;
      const made = attempt({ set: () => Promise.reject(failure) }, (person) =>
        ++asked === 1 || again === undefined ? Promise.resolve(first) : again(person),
      );
      await made.find();
      return failureOf(made.create(0));
    };

    it('says what a marketer can do, and about which fields', async () => {
      const failure = new UpstreamError('rejected', 'no', { fields: ['value'], status: 422 });
      const told = await refused(failure);
      expect(told).to.deep.include({ fault: 'rejected', fields: ['value'], noun: 'attribute', status: 422 });
      expect(told.advice).to.match(/^Check the namespace/);
      expect(told.hint).to.match(/check there that the attribute exists/);
    });

    it('is of an unknown attribute if its profile is there', async () => {
      expect(await refused(gone)).to.deep.include({ fault: 'rejected', fields: ['namespace', 'handle'] });
    });

    for (const [what, again] of [
      ['is gone', () => Promise.resolve(null)],
      ['is another by now', () => Promise.resolve({ profileId: 'ben', matchedBy: 'email' } as const)],
      ['cannot be looked for', () => Promise.reject(new UpstreamError('throttled', 'later'))],
    ] as const)
      it(`is tried again if its profile ${what}`, async () => {
        expect(await refused(gone, again)).to.equal(gone);
      });

    it('is not explained when it may be set all the same', async () => {
      const lost = new UpstreamError('unavailable', 'late', { mayHaveHappened: true, status: 404 });
      expect(await refused(lost)).to.equal(lost);
    });
  });
});

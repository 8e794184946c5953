import { expect } from 'chai';
import {
  type Condition,
  conditionsOf,
  desiredStatus,
  equalInMeaning,
  type Facts,
} from '../../../../src/sources/kubernetes/status/conditions.ts';
import { rotation, transitions } from '../../../../src/sources/kubernetes/status/transitions.ts';
import type { Refusal, Resolution, Tenant } from '../../../../src/tenants/tenant.ts';

const now = Date.parse('2026-11-23T10:00:00.500Z');
const tenant = { tenant: {} as Tenant, webhookSecrets: [] };

/** A tenant whose Klaviyo could be told how webhooks end, if the API key could be read. */
function withUnreadKey(reason: Refusal['reason']): Tenant {
  const refusal: Refusal = { condition: 'ResolvedRefs', reason, message: `${reason}: fix it.` };
  return { klaviyoEvents: { refusal } } as Tenant;
}

function refused(condition: Refusal['condition'], reason: Refusal['reason']): Resolution {
  return { webhookSecrets: [], refusal: { condition, reason, message: `${reason}: fix it.` } };
}

function facts(resolution: Resolution = tenant, more: Partial<Facts> = {}): Facts {
  const registration = { key: 'a/acme', slug: 'acme', createdAt: 0, resolution };
  return { registration, generation: 3, holder: 'a/acme', refusedSecret: undefined, ...more };
}

function summary(given: Facts, shown?: unknown): string {
  const { conditions } = desiredStatus(given, shown, now);
  return conditions.map(({ type, status, reason }) => `${type}=${status}/${reason}`).join(' ');
}

describe('Conditions', () => {
  const cases: [string, Facts, string][] = [
    ['a served tenant', facts(), 'Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs Ready=True/Ready'],
    [
      'an invalid spec',
      facts(refused('Accepted', 'Invalid')),
      'Accepted=False/Invalid ResolvedRefs=Unknown/NotAccepted Ready=False/NotAccepted Stalled=True/Invalid',
    ],
    [
      'a slug that another one has',
      facts(tenant, { holder: 'b/first' }),
      'Accepted=False/Conflicted ResolvedRefs=True/ResolvedRefs Ready=False/NotAccepted Stalled=True/Conflicted',
    ],
    [
      'a Secret that is not there yet',
      facts(refused('ResolvedRefs', 'SecretNotFound')),
      'Accepted=True/Accepted ResolvedRefs=False/SecretNotFound Ready=False/RefsNotResolved',
    ],
    [
      'a key that is missing',
      facts(refused('ResolvedRefs', 'SecretKeyMissing')),
      'Accepted=True/Accepted ResolvedRefs=False/SecretKeyMissing Ready=False/RefsNotResolved Stalled=True/SecretKeyMissing',
    ],
    [
      'a value that is unfit',
      facts(refused('ResolvedRefs', 'InvalidSecret')),
      'Accepted=True/Accepted ResolvedRefs=False/InvalidSecret Ready=False/RefsNotResolved Stalled=True/InvalidSecret',
    ],
    [
      'a suspended tenant',
      facts(refused('Ready', 'Suspended')),
      'Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs Ready=False/Suspended',
    ],
    [
      'a served tenant whose Klaviyo cannot be told anything',
      facts({ tenant: withUnreadKey('SecretKeyMissing'), webhookSecrets: [] }),
      'Accepted=True/Accepted ResolvedRefs=False/SecretKeyMissing Ready=True/Ready',
    ],
    [
      'a suspended tenant whose Klaviyo cannot be told anything',
      facts({ ...refused('Ready', 'Suspended'), suspended: withUnreadKey('SecretNotFound') }),
      'Accepted=True/Accepted ResolvedRefs=False/SecretNotFound Ready=False/Suspended',
    ],
    [
      'credentials that Omneo refuses',
      facts(tenant, { refusedSecret: 'acme-omneo' }),
      'Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs Ready=False/CredentialsRejected Stalled=True/CredentialsRejected',
    ],
    [
      'a suspended tenant whose credentials Omneo refuses',
      facts(refused('Ready', 'Suspended'), { refusedSecret: 'acme-omneo' }),
      'Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs Ready=False/Suspended',
    ],
    [
      'an invalid spec whose slug another one has',
      facts(refused('Accepted', 'Invalid'), { holder: 'b/first' }),
      'Accepted=False/Invalid ResolvedRefs=Unknown/NotAccepted Ready=False/NotAccepted Stalled=True/Invalid',
    ],
  ];
  for (const [name, given, expected] of cases) {
    it(`show ${name}`, () => {
      expect(summary(given)).to.equal(expected);
    });
  }

  it('name the winner of a conflict, and the Secret to correct', () => {
    const message = (given: Facts): string => desiredStatus(given, undefined, now).conditions.at(-1)!.message;
    expect(message(facts(tenant, { holder: 'b/first' })))
      .to.include('b/first')
      .and.include('acme');
    expect(message(facts(tenant, { holder: undefined }))).to.include('another OmneoTenant');
    expect(message(facts(tenant, { refusedSecret: 'acme-omneo' }))).to.include('Secret acme-omneo;');
    expect(
      message(facts(tenant, { refusedSecret: 'acme-omneo', rejectedFields: 'client_id, scope' })),
    ).to.include('Secret acme-omneo (client_id, scope);');
  });

  it('carry the generation at the top and in each condition, the path, and times without fractions', () => {
    const status = desiredStatus(facts(), undefined, now);
    expect(status).to.deep.include({
      observedGeneration: 3,
      slug: 'acme',
      path: '/acme/api/v1/webhooks/klaviyo/rewards',
    });
    for (const condition of status.conditions) {
      expect(condition).to.deep.include({
        observedGeneration: 3,
        lastTransitionTime: '2026-11-23T10:00:00Z',
      });
    }
  });

  it('give no path to a slug that is none', () => {
    const registration = {
      key: 'a/a.b',
      slug: 'a.b',
      createdAt: 0,
      resolution: refused('Accepted', 'Invalid'),
    };
    expect(desiredStatus(facts(tenant, { registration }), undefined, now)).not.to.have.any.keys(
      'path',
      'slug',
    );
  });

  it('keep the time of a condition whose status stays, and of no other', () => {
    const before = desiredStatus(facts(), undefined, now);
    const after = desiredStatus(facts(refused('Ready', 'Suspended')), before, now + 60_000);
    expect(
      after.conditions.map(({ type, lastTransitionTime }) => `${type} ${lastTransitionTime}`),
    ).to.deep.equal([
      'Accepted 2026-11-23T10:00:00Z',
      'ResolvedRefs 2026-11-23T10:00:00Z',
      'Ready 2026-11-23T10:01:00Z',
    ]);
  });

  describe('equality in meaning', () => {
    const desired = desiredStatus(facts(), undefined, now);

    it('ignores times, order, and what others wrote', () => {
      const foreign = {
        type: 'example.com/Checked',
        status: 'True',
        reason: 'x',
        message: '',
        lastTransitionTime: '',
      };
      const shown = {
        ...desired,
        conditions: [
          foreign,
          ...[...desired.conditions].reverse().map((each) => ({ ...each, lastTransitionTime: 'x' })),
        ],
        other: 5,
      };
      expect(equalInMeaning(shown, desired)).to.equal(true);
    });

    it('ignores how many deliveries there are, and sees whether they are counted', () => {
      const counted = desiredStatus(facts(tenant, { deliveries: { waiting: 3, parked: 1 } }), undefined, now);
      expect(counted).to.have.deep.property('deliveries', { waiting: 3, parked: 1 });
      expect(equalInMeaning({ ...counted, deliveries: { waiting: 4, parked: 0 } }, counted)).to.equal(true);
      expect(equalInMeaning(desired, counted)).to.equal(false);
      expect(equalInMeaning(counted, desired)).to.equal(false);
    });

    const changes: Record<string, (status: Record<string, unknown>) => unknown> = {
      'no status': () => undefined,
      'the default status': () => ({ observedGeneration: -1 }),
      'another generation': (status) => ({ ...status, observedGeneration: 2 }),
      'another path': (status) => ({ ...status, path: '/x' }),
      'another slug': (status) => ({ ...status, slug: 'x' }),
      'a condition less': (status) => ({ ...status, conditions: desired.conditions.slice(1) }),
      'a Stalled left over': (status) => ({
        ...status,
        conditions: [...desired.conditions, { ...desired.conditions[0], type: 'Stalled' }],
      }),
      'another message': (status) => ({
        ...status,
        conditions: desired.conditions.map((each) => ({ ...each, message: 'x' })),
      }),
      'conditions that are none': (status) => ({ ...status, conditions: 'x' }),
      'conditions of an old generation': (status) => ({
        ...status,
        conditions: desired.conditions.map(({ observedGeneration: _g, ...each }) => ({
          ...(_g ? each : {}),
        })),
      }),
    };
    for (const [name, change] of Object.entries(changes)) {
      it(`sees ${name}`, () => {
        expect(equalInMeaning(change({ ...desired }), desired)).to.equal(false);
      });
    }
  });
});

describe('Transitions', () => {
  const conditions = (given: Facts): readonly Condition[] => desiredStatus(given, undefined, now).conditions;
  const eventsOf = (before: readonly Condition[], after: readonly Condition[]): string[] =>
    transitions(before, after).map(({ type, reason }) => `${type} ${reason}`);

  it('are Accepted and Ready for a new tenant', () => {
    expect(eventsOf([], conditions(facts()))).to.deep.equal(['Normal Accepted', 'Normal Ready']);
  });

  it('are none when nothing changed, or only the words did', () => {
    const first = conditions(facts(tenant, { holder: 'b/first' }));
    expect(eventsOf(first, conditions(facts(tenant, { holder: 'b/second', generation: 9 })))).to.deep.equal(
      [],
    );
  });

  it('name the cause, once', () => {
    const ready = conditions(facts());
    const missing = conditions(facts(refused('ResolvedRefs', 'SecretNotFound')));
    const unfit = conditions(facts(refused('ResolvedRefs', 'InvalidSecret')));
    expect(eventsOf(ready, missing)).to.deep.equal(['Warning SecretNotFound']);
    expect(eventsOf(missing, unfit)).to.deep.equal(['Warning InvalidSecret']);
    expect(eventsOf(unfit, ready)).to.deep.equal(['Normal ResolvedRefs', 'Normal Ready']);
    expect(eventsOf(ready, conditions(facts(tenant, { holder: 'b/x' })))).to.deep.equal([
      'Warning Conflicted',
    ]);
    expect(eventsOf(ready, conditions(facts(tenant, { refusedSecret: 's' })))).to.deep.equal([
      'Warning CredentialsRejected',
    ]);
    expect(eventsOf(ready, conditions(facts(refused('Ready', 'Suspended'))))).to.deep.equal([
      'Normal Suspended',
    ]);
  });

  it('bound what they say', () => {
    const [condition] = conditions(facts());
    const [{ note } = { note: '' }] = transitions([], [{ ...condition!, message: 'x'.repeat(5000) }]);
    expect(note).to.have.length(1024);
    expect(rotation(['s1', 's2'])).to.deep.include({
      reason: 'SecretRotated',
      note: 'New values of Secret s1, s2 are in use.',
    });
  });

  it('read what the API shows with care', () => {
    expect(conditionsOf({ conditions: [null, 5, { type: 'Ready' }] })).to.deep.equal([
      { type: 'Ready', status: '', reason: '', message: '', observedGeneration: -1, lastTransitionTime: '' },
    ]);
  });
});

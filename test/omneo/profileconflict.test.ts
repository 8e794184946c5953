import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import type { Sandbox } from '../../sandbox/omneo.ts';
import type { ProfileSeed } from '../../sandbox/seeds.ts';
import type { OmneoClient } from '../../src/omneo/client/client.ts';
import { byRoute, findBy, findIn, lists, profileId as id, sandboxOf, says } from './lookups.ts';

const klaviyo = (identifier: string) => ({ handle: 'klaviyo', identifier });

const profiles: ProfileSeed[] = [
  { id: id(1), email: 'Ada@Example.com', identities: [klaviyo('01ADA')] },
  { id: id(2), email: 'ben@example.com', identities: [klaviyo('01BEN')] },
  { id: id(3), identities: [klaviyo('01CLEO')] },
  { id: id(4), email: 'gone@example.com', profileType: 'deleted' },
  { id: id(5), email: 'josé@example.com', identities: [klaviyo('01JOSE')] },
];

describe('person_id and e-mail of one webhook', () => {
  let sandbox: Sandbox;
  let client: OmneoClient;

  before(async () => {
    ({ sandbox, client } = await sandboxOf(profiles));
  });
  beforeEach(() => {
    sandbox.reset();
  });
  after(() => sandbox.close());

  const ada = { profileId: id(1), matchedBy: 'klaviyo' };

  it('conflict if they are of two profiles: that of person_id is taken', async () => {
    const match = await findIn(client, { personId: '01ADA', email: 'ben@example.com' });
    expect(match).to.deep.equal({ ...ada, conflict: true });
  });

  it('conflict if person_id is an Omneo id as well', async () => {
    const match = await findIn(client, { personId: id(1), email: 'BEN@example.com' });
    expect(match).to.deep.equal({ profileId: id(1), matchedBy: 'omneo', conflict: true });
  });

  it('conflict if the profile of person_id shows no e-mail and another has it', async () => {
    const match = await findIn(client, { personId: '01CLEO', email: 'ben@example.com' });
    expect(match).to.deep.equal({ profileId: id(3), matchedBy: 'klaviyo', conflict: true });
  });

  for (const email of ['ada@example.com', 'Ada@Example.com', 'ADA@EXAMPLE.COM']) {
    it(`agree without another call if the profile shows the e-mail (${email})`, async () => {
      expect(await findIn(client, { personId: '01ADA', email })).to.deep.equal(ada);
      expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1 });
    });
  }

  it('agree without another call if the e-mail comes decomposed', async () => {
    const email = 'josé@example.com'.normalize('NFD');
    expect(await findIn(client, { personId: '01JOSE', email })).to.include({ profileId: id(5) });
    expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1 });
  });

  it('do not conflict if there is no e-mail, which then takes no call', async () => {
    expect(await findIn(client, { personId: '01ADA' })).to.deep.equal(ada);
    expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1 });
  });

  for (const [wording, email] of [
    ['nobody has', 'new@example.com'],
    ['only a deleted profile has', 'gone@example.com'],
  ] as const) {
    it(`do not conflict if ${wording} the e-mail`, async () => {
      expect(await findIn(client, { personId: '01ADA', email })).to.deep.equal(ada);
      expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1, 'acme profiles': 1 });
    });
  }

  it('do not conflict if another has the e-mail with other accents', async () => {
    sandbox.setOption({ emailFilter: 'accentBlind' });
    const match = await findIn(client, { personId: '01ADA', email: 'jose@example.com' });
    expect(match).to.deep.equal(ada);
  });

  it('do not conflict if the e-mail alone finds somebody', async () => {
    const match = await findIn(client, { personId: '01NOBODY', email: 'ben@example.com' });
    expect(match).to.deep.equal({ profileId: id(2), matchedBy: 'email' });
  });

  const faults: FaultRule[] = [
    { kind: 'error', status: 500 },
    { kind: 'error', status: 404 },
    { kind: 'throttle' },
    { kind: 'forbidden' },
    { kind: 'unauthorized' },
    { kind: 'html' },
    { kind: 'reset' },
    { kind: 'filterIgnored' },
  ];
  for (const fault of faults) {
    it(`are not known to conflict if the e-mail cannot be looked up (${JSON.stringify(fault)})`, async () => {
      sandbox.setFaults([{ ...fault, operation: 'profiles' }]);
      const match = await findIn(client, { personId: '01ADA', email: 'new@example.com' });
      expect(match).to.deep.equal(ada);
    });
  }

  const holder = { id: id('b'), email: 'old@example.com', identities: [klaviyo('01BEA')] };
  const against = (rows: object[]) => {
    const script = byRoute({ searchId: lists(holder), identities: says(500, {}), profiles: lists(rows) });
    return findBy(script, { personId: '01BEA', email: 'new@example.com' });
  };

  it('agree if the e-mail finds the same profile, its id written in another way', async () => {
    const same = { id: id('b').toUpperCase(), email: 'new@example.com' };
    expect(await against([same])).to.deep.equal({ profileId: id('b'), matchedBy: 'klaviyo' });
  });

  it('are not known to conflict if two have the e-mail', async () => {
    const rows = [1, 2].map((digit) => ({ id: id(digit), email: 'new@example.com' }));
    expect(await against(rows)).to.deep.equal({ profileId: id('b'), matchedBy: 'klaviyo' });
  });
});

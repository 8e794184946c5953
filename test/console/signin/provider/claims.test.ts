import { expect } from 'chai';
import { type ClaimSettings, userIn } from '../../../../src/console/signin/provider/claims.ts';

const settings: ClaimSettings = { userClaim: 'sub', groupsClaim: 'groups', userPrefix: '', groupsPrefix: '' };

describe('The claims of a provider', () => {
  for (const [what, claims, changed, person] of [
    ['a user and groups', { sub: 'ada', groups: ['a', 'b'] }, {}, { user: 'ada', groups: ['a', 'b'] }],
    ['one group as a text', { sub: 'ada', groups: 'a' }, {}, { user: 'ada', groups: ['a'] }],
    ['no groups', { sub: 'ada' }, {}, { user: 'ada', groups: [] }],
    ['a group twice', { sub: 'ada', groups: ['a', 'a'] }, {}, { user: 'ada', groups: ['a'] }],
    [
      'groups that are none',
      { sub: 'ada', groups: [1, null, {}, '', 'a'] },
      {},
      { user: 'ada', groups: ['a'] },
    ],
    [
      'groups of Kubernetes',
      { sub: 'ada', groups: ['system:masters', 'a'] },
      {},
      { user: 'ada', groups: ['a'] },
    ],
    [
      'other claims, with prefixes',
      { sub: 'x', name: 'ada', roles: ['a'] },
      { userClaim: 'name', groupsClaim: 'roles', userPrefix: 'oidc:', groupsPrefix: 'sso/' },
      { user: 'oidc:ada', groups: ['sso/a'] },
    ],
    [
      'a group that a prefix makes harmless',
      { sub: 'system:admin', groups: ['system:masters'] },
      { userPrefix: 'oidc:', groupsPrefix: 'oidc:' },
      { user: 'oidc:system:admin', groups: ['oidc:system:masters'] },
    ],
    [
      'an e-mail of which nobody says whether it is verified',
      { sub: 'x', email: 'ada@shop.example' },
      { userClaim: 'email' },
      { user: 'ada@shop.example', groups: [] },
    ],
    [
      'a verified e-mail',
      { email: 'ada@shop.example', email_verified: true },
      { userClaim: 'email' },
      { user: 'ada@shop.example', groups: [] },
    ],
    [
      'an e-mail that is verified in a word',
      { email: 'ada@shop.example', email_verified: 'true' },
      { userClaim: 'email' },
      { user: 'ada@shop.example', groups: [] },
    ],
    [
      'an unverified e-mail that is not the name',
      { sub: 'x', email_verified: false },
      {},
      { user: 'x', groups: [] },
    ],
  ] as const)
    it(`name ${what}`, () => {
      expect(userIn(claims, { ...settings, ...changed })).to.deep.equal(person);
    });

  for (const [what, claims, changed, sentence] of [
    ['no user', { groups: ['a'] }, {}, 'gives no claim sub'],
    ['an empty user', { sub: '' }, {}, 'gives no claim sub'],
    ['a user that is no text', { sub: 7 }, {}, 'gives no claim sub'],
    ['a user of Kubernetes', { sub: 'system:admin' }, {}, 'no name'],
    ['a user of Kubernetes in two parts', { sub: 'tem:admin' }, { userPrefix: 'sys' }, 'no name'],
    ['a user with a control character', { sub: 'ada\nroot' }, {}, 'no name'],
    ['a user with half a character', { sub: 'ada\ud800' }, {}, 'no name'],
    ['a user that is too long', { sub: 'x'.repeat(257) }, {}, 'no name'],
    [
      'an unverified e-mail',
      { email: 'a@b.example', email_verified: false },
      { userClaim: 'email' },
      'not verified',
    ],
    ...['false', 'no', '', 'TRUE', 0, 1, null, [true], {}].map(
      (verified) =>
        [
          `an e-mail that is verified as ${JSON.stringify(verified)}`,
          { email: 'a@b.example', email_verified: verified },
          { userClaim: 'email' },
          'not verified',
        ] as const,
    ),
  ] as const)
    it(`are refused with ${what}, in a sentence that names no value`, () => {
      expect(() => userIn(claims, { ...settings, ...changed }))
        .to.throw(sentence)
        .that.satisfies(({ message }: Error) => !/ada|admin|xxx|@/.test(message))
        .and.has.property('fault', 'refused');
    });
});

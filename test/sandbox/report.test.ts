import { expect } from 'chai';
import { type Played, differences, exitCodeOf } from '../../sandbox/report.ts';
import { type HeldKindName, afterwards, scenes, toldAfterwards } from '../../sandbox/scenes.ts';

describe('the report of the demo', () => {
  const asItShouldBe = scenes.map((scene): Played => ({ scene, ...scene.expect }));
  const held = (kind: HeldKindName, tenant: string): number =>
    (afterwards[kind] as Record<string, number>)[tenant] ?? 0;
  const told = (metric: string): number => (toldAfterwards as Record<string, number>)[metric] ?? 0;

  it('ends with 0 when all is as the contract says', () => {
    expect(differences(asItShouldBe, { held, told })).to.deep.equal([]);
    expect(exitCodeOf([])).to.equal(0);
  });

  const cases: [what: string, change: Partial<Played>][] = [
    ['another status', { status: 500 }],
    ['another word', { says: 'duplicate' }],
  ];
  for (const [what, change] of cases) {
    it(`ends with 1 when an answer has ${what}, and names the webhook`, () => {
      const played = asItShouldBe.map((each, index) => (index === 0 ? { ...each, ...change } : each));
      const found = differences(played, { held, told });
      expect(found).to.deep.equal(['"a new reward" should have been 200 created']);
      expect(exitCodeOf(found)).to.equal(1);
    });
  }

  it('ends with 1 when nothing came of what was accepted, or a refusal was not kept, and names the webhook', () => {
    for (const [kept, becomes] of [
      ['issued', 'lost'],
      ['parked', undefined],
    ] as const) {
      const index = scenes.findIndex(({ expect: { becomes: expected } }) => expected === kept);
      const { scene, status, says } = asItShouldBe[index]!;
      const changed = { scene, status, says, ...(becomes && { becomes }) };
      expect(differences(asItShouldBe.with(index, changed), { held, told })).to.deep.equal([
        `"${scene.title}" should have been ${kept}`,
      ]);
    }
  });

  for (const [what, more] of [
    ['issued twice', 1],
    ['lost', -1],
  ] as const) {
    it(`ends with 1 when a reward was ${what}, and names the tenant`, () => {
      const changed = (kind: HeldKindName, tenant: string): number =>
        held(kind, tenant) + (kind === 'rewards' && tenant === 'acme' ? more : 0);
      const found = differences(asItShouldBe, { held: changed, told });
      expect(found).to.deep.equal([`acme should hold 4 rewards and holds ${4 + more}`]);
      expect(exitCodeOf(found)).to.equal(1);
    });
  }

  it('ends with 1 when Klaviyo was told too often, or not, and names the metric', () => {
    for (const more of [1, -1]) {
      const changed = (metric: string): number =>
        told(metric) + (metric === 'Omneo credit issued' ? more : 0);
      expect(differences(asItShouldBe, { held, told: changed })).to.deep.equal([
        `Klaviyo should have been told "Omneo credit issued" 1 times, and was ${1 + more}`,
      ]);
    }
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { type ActionName, kindOf, knownActions } from './actions/actions.ts';
import { withActions } from './mixed.ts';
import { type Webhook, idOf } from './webhook.ts';
import { planWebhooks } from './webhooks.ts';

const planned = (seed: number, count = 2_000): Webhook[] =>
  planWebhooks({ count, seed, arrivalsMs: 100_000, apartMs: 1000 });

const mixed = withActions(planned(1, 10_000), { actions: knownActions, seed: 1 });

/** Those that bear one id, by it. */
function byId(webhooks: readonly Webhook[]): Webhook[][] {
  const withId = webhooks.filter(({ hasId }) => hasId);
  return Object.values(Object.groupBy(withId, idOf)).filter((all) => all !== undefined);
}

describe('the mix of actions of the chaos run', () => {
  it('leaves webhooks of rewards alone as they are planned', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (seed) => {
        const webhooks = planned(seed, 300);
        expect(withActions(webhooks, { actions: ['rewards'], seed })).to.deep.equal(webhooks);
      }),
      { numRuns: 20 },
    );
  });

  it('has about as many webhooks of each action as of any other, for definitions of that action', () => {
    for (const action of knownActions) {
      const own = mixed.filter((webhook) => webhook.action === action);
      expect(own.length / mixed.length).to.be.closeTo(1 / knownActions.length, 0.02);
      const { definitions } = kindOf(action);
      expect(new Set(own.map(({ definitionId }) => definitionId))).to.deep.equal(new Set(definitions));
    }
  });

  it('has no webhook of an action that is not asked for', () => {
    const actions: readonly ActionName[] = ['credits', 'benefits'];
    const of = new Set(withActions(planned(2), { actions, seed: 2 }).map(({ action }) => action));
    expect(of).to.deep.equal(new Set(actions));
  });

  it('gives equal webhooks the same action and definition', () => {
    const twins = mixed.filter(({ twinOf }) => twinOf !== undefined);
    expect(twins.length).to.be.above(100);
    for (const twin of twins) {
      const { action, definitionId } = mixed[twin.twinOf!]!;
      expect([twin.action, twin.definitionId]).to.deep.equal([action, definitionId]);
    }
  });

  describe('uses one id for several actions now and then', () => {
    const shared = byId(mixed).filter((all) => all.length > 1);

    it('for the same person of one tenant, once for each action', () => {
      expect(shared.flat().length / mixed.length).to.be.within(0.05, 0.15);
      expect(Math.max(...shared.map((all) => all.length))).to.be.above(2);
      for (const all of shared) {
        expect(new Set(all.map(({ action }) => action))).to.have.property('size', all.length);
        expect(new Set(all.map(({ tenant, person }) => `${tenant} ${person.profileId}`))).to.have.property(
          'size',
          1,
        );
      }
    });

    it('at once, or apart', () => {
      const atOnce = shared.filter(([first, second]) => first!.at === second!.at);
      expect(atOnce.length / shared.length).to.be.within(0.3, 0.7);
    });

    it('and tells them apart by their keys', () => {
      const alone = mixed.filter(({ twinOf }) => twinOf === undefined);
      expect(new Set(alone.map(({ key }) => key))).to.have.property('size', alone.length);
    });
  });
});

import { expect } from 'chai';
import { exceededIn, planBudgets } from './budgets.ts';
import type { ActionName } from './actions/actions.ts';
import { withActions } from './mixed.ts';
import { bookedOf, rewardOf, webhookOf } from './samples.ts';
import { planWebhooks } from './webhooks.ts';

const noon = Date.parse('2026-11-27T01:00:00Z');
const during = { begunAt: noon, raisedAt: noon + 60_000 };

describe('the budgets of the chaos run', () => {
  const webhooks = planWebhooks({ count: 1000, seed: 1, arrivalsMs: 100_000, apartMs: 1000 });

  it('are none for webhooks that could not be held', () => {
    expect(planBudgets(webhooks, { arrivalsMs: 100_000, mode: 'synchronous' })).to.equal(undefined);
  });

  it('have no room for all that comes until they are raised, and room for all after that', () => {
    const budgets = planBudgets(webhooks, { arrivalsMs: 100_000, mode: 'durable' })!;
    expect([...budgets.tight.keys()]).to.deep.equal(['acme', 'bloom']);
    for (const [tenant, { rewards, cents }] of budgets.tight) {
      const early = webhooks.filter((one) => one.tenant === tenant && one.at < budgets.raisedAfterMs);
      expect(rewards).to.be.within(1, early.length - 1);
      expect(cents).to.be.below(early.reduce((sum, { amount }) => sum + amount * 100, 0));
      expect(budgets.wide.rewards).to.be.above(webhooks.length);
    }
  });

  it('are planned by the number of all webhooks, and by the amount of rewards and credits', () => {
    const tightFor = (...actions: ActionName[]) =>
      planBudgets(withActions(webhooks, { actions, seed: 1 }), { arrivalsMs: 100_000, mode: 'durable' })!
        .tight;
    const [rewards, credits] = [tightFor('rewards'), tightFor('credits')];
    const [benefits, interactions] = [tightFor('benefits'), tightFor('interactions')];
    expect(credits).to.deep.equal(rewards);
    for (const [tenant, { cents, ...counts }] of rewards)
      for (const uncounted of [benefits, interactions])
        expect(uncounted.get(tenant)).to.deep.equal({ ...counts, cents: Math.min(10_000, cents) });
  });

  it('are planned, and held against the books, without what no budget counts', () => {
    const actions: ActionName[] = ['attributes'];
    const free = withActions(webhooks, { actions, seed: 1 });
    const { tight } = planBudgets(free, { arrivalsMs: 100_000, mode: 'durable' })!;
    expect([...tight.values()]).to.deep.equal(
      [...tight].map(() => ({ rewards: 1, cents: 10_000, perProfile: 1 })),
    );
    const books = [{ tenant: 'acme', booked: free.map((webhook, n) => bookedOf(webhook, n)) }];
    expect(exceededIn(books, tight, { begunAt: 0, raisedAt: 1000 })).to.deep.equal([]);
  });

  describe('are held against the books', () => {
    const tight = new Map([['acme', { rewards: 2, cents: 2000, perProfile: 2 }]]);
    const at = (n: number, amount: number, committedAt = noon, profile_id = `p-${n}`) =>
      rewardOf(webhookOf({ n, amount }), n, { committedAt, value_initial: amount, profile_id });
    const judged = (...rewards: readonly ReturnType<typeof at>[]) =>
      exceededIn([{ tenant: 'acme', booked: rewards }], tight, during);

    it('and are not exceeded by what uses them up', () => {
      expect(judged(at(1, 9.5), at(2, 10.5))).to.deep.equal([]);
    });

    for (const [what, rewards, says] of [
      ['one reward', [at(1, 1), at(2, 1), at(3, 1)], 'acme: issued on the day are 3, of 2 at most'],
      ['one cent', [at(1, 10), at(2, 10.01)], 'acme: cents of the day are 2001, of 2000 at most'],
    ] as const)
      it(`and are exceeded by ${what}`, () => {
        expect(judged(...rewards)).to.deep.equal([says]);
      });

    it('and are exceeded by what is of several actions, each of which has room by itself', () => {
      const made = (action: ActionName, n: number, amount: number) =>
        bookedOf(webhookOf({ action, n, amount }), n, { committedAt: noon, profileId: `p-${n}` });
      const [reward, credit] = [made('rewards', 1, 15), made('credits', 2, 15)];
      const [benefit, interaction] = [made('benefits', 3, 15), made('interactions', 4, 15)];
      expect(judged(reward, credit)).to.deep.equal(['acme: cents of the day are 3000, of 2000 at most']);
      expect(judged(reward, benefit)).to.deep.equal([]);
      expect(judged(reward, benefit, interaction)).to.deep.equal([
        'acme: issued on the day are 3, of 2 at most',
      ]);
    });

    it('and are exceeded by one reward of one profile', () => {
      const wider = new Map([['acme', { rewards: 9, cents: 9000, perProfile: 1 }]]);
      const rewards = [at(1, 1, noon, 'ada'), at(2, 1, noon, 'grace'), at(3, 1, noon, 'ada')];
      expect(exceededIn([{ tenant: 'acme', booked: rewards }], wider, during)).to.deep.equal([
        'acme: issued to one profile are 2, of 1 at most',
      ]);
    });

    it('and are not, by what was made after they were raised, or by others', () => {
      const late = at(3, 100, during.raisedAt + 1);
      expect(judged(at(1, 1), at(2, 1), late)).to.deep.equal([]);
      expect(
        exceededIn([{ tenant: 'bloom', booked: [at(1, 100), at(2, 1), at(3, 1)] }], tight, during),
      ).to.deep.equal([]);
    });
  });
});
